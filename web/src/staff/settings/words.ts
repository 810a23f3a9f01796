import type { VisitKind } from '@curtain/protocol'
import { useWords } from '../../i18n/translation.tsx'

const kinds: Record<VisitKind, string> = {
  consultation: 'consultations',
  group: 'group visits',
  'case-conference': 'case conferences',
}

const en = {
  kinds,
  title: 'Settings',
  of: (organization: string) => `What ${organization} decides for all its visits`,
  loading: 'The settings are loading…',

  encryption: 'Encryption',
  always: 'All new visits are end-to-end encrypted.',
  someWithout: (kinds: string) => `New visits are end-to-end encrypted, unless staff choose otherwise for ${kinds}.`,
  meaningOf: 'What end-to-end encryption means:',
  meaning: [
    'Only the devices of the people in a visit can see, hear and read it. This server passes it on and cannot look inside; neither can whoever runs it, or breaks into it.',
    'Patients have nothing to install and nothing to switch on.',
    'Everybody in a visit can open its lock: it says who holds keys, and has a code to compare with each other.',
    'A browser that cannot do it is not let in. It is told which ones can, before it asks for camera or microphone.',
  ],
  allow: 'Allow visits that are not end-to-end encrypted',
  allowExplained:
    'For patients whose browser cannot do it. Visits stay end-to-end encrypted unless staff choose otherwise when they plan one.',
  isAllowed: 'Staff may choose it when they plan one',
  isNotAllowed: 'Always end-to-end encrypted',
  saving: 'Saving…',
  planned:
    'Switching this off is for visits planned from then on. One planned before keeps its open lock: cancel it and plan it again to have it end-to-end encrypted. Each change of this setting is kept in the audit log.',
  onlyOwner: 'An owner or administrator of your organization can change this.',
  offline: 'You are offline, so this was not saved. Try again when the network is back.',
  nowAllowed: (kinds: string) => `Saved: ${kinds} may be planned without end-to-end encryption.`,
  nowNotAllowed: (kinds: string) => `Saved: new ${kinds} are always end-to-end encrypted.`,

  askTitle: (kinds: string) => `Allow ${kinds} that are not end-to-end encrypted?`,
  consequences: [
    'Staff who plan one can then choose “Transport only”.',
    'Such a visit is encrypted on its way to this server and from it, but not inside: whoever controls the server, or breaks into it, could see and hear everything.',
    'Everybody in it, patients too, sees an open lock that says so.',
    'That you allowed it is kept in the audit log.',
  ],
  keep: 'Keep them encrypted',
  allowIt: 'Allow it',

  links: 'Links to visits',
  linksExplained:
    'A link opens a visit in the first browser that it is opened in. It can ask for something more, so that a link in the wrong hands opens nothing.',
  checkOfAll: 'What links of patients ask for',
  noMail: 'This server is not set up to send e-mail.',
  checkSaved: (check: string) => `Saved: links of patients ask for: ${check}.`,
  checkPlanned: 'It can be chosen otherwise for each visit. Links that were made before stay as they are.',
}

const es: typeof en = {
  kinds: { consultation: 'consultas', group: 'visitas de grupo', 'case-conference': 'conferencias de caso' },
  title: 'Ajustes',
  of: (organization) => `Lo que ${organization} decide para todas sus visitas`,
  loading: 'Se están cargando los ajustes…',

  encryption: 'Cifrado',
  always: 'Todas las visitas nuevas están cifradas de extremo a extremo.',
  someWithout: (kinds) =>
    `Las visitas nuevas están cifradas de extremo a extremo, salvo que el personal elija otra cosa para ${kinds}.`,
  meaningOf: 'Qué significa el cifrado de extremo a extremo:',
  meaning: [
    'Solo los dispositivos de quienes están en una visita pueden verla, oírla y leerla. Este servidor la transmite y no puede mirar dentro; tampoco quien lo administra o entre en él por la fuerza.',
    'Los pacientes no tienen que instalar ni activar nada.',
    'Cada persona de la visita puede abrir el candado: dice quién tiene las claves y ofrece un código para compararlo.',
    'A un navegador que no puede hacerlo no se le deja entrar. Se le dice cuáles pueden, antes de pedir cámara o micrófono.',
  ],
  allow: 'Permitir visitas sin cifrado de extremo a extremo',
  allowExplained:
    'Para pacientes cuyo navegador no puede hacerlo. Las visitas siguen cifradas de extremo a extremo salvo que el personal elija otra cosa al crear una.',
  isAllowed: 'El personal puede elegirlo al crear una',
  isNotAllowed: 'Siempre con cifrado de extremo a extremo',
  saving: 'Guardando…',
  planned:
    'Desactivarlo vale para las visitas que se creen desde entonces. Una creada antes conserva su candado abierto: cancélela y créela de nuevo para que tenga cifrado de extremo a extremo. Cada cambio de este ajuste queda en el registro de auditoría.',
  onlyOwner: 'Un propietario o administrador de su organización puede cambiarlo.',
  offline: 'No tiene conexión, así que no se guardó. Inténtelo de nuevo cuando vuelva la red.',
  nowAllowed: (kinds) => `Guardado: se pueden crear ${kinds} sin cifrado de extremo a extremo.`,
  nowNotAllowed: (kinds) => `Guardado: las nuevas ${kinds} tienen siempre cifrado de extremo a extremo.`,

  askTitle: (kinds) => `¿Permitir ${kinds} sin cifrado de extremo a extremo?`,
  consequences: [
    'El personal que cree una podrá elegir «Solo en el transporte».',
    'Una visita así va cifrada hasta este servidor y desde él, pero no dentro: quien controle el servidor, o entre en él por la fuerza, podría ver y oír todo.',
    'Todas las personas de la visita, también los pacientes, ven un candado abierto que lo dice.',
    'Que usted lo permitió queda en el registro de auditoría.',
  ],
  keep: 'Mantener el cifrado',
  allowIt: 'Permitirlo',

  links: 'Enlaces a las visitas',
  linksExplained:
    'Un enlace abre una visita en el primer navegador en que se abra. Puede pedir algo más, para que en malas manos no abra nada.',
  checkOfAll: 'Qué piden los enlaces de los pacientes',
  noMail: 'Este servidor no está preparado para enviar correo.',
  checkSaved: (check) => `Guardado: los enlaces de los pacientes piden: ${check}.`,
  checkPlanned: 'Se puede elegir otra cosa en cada visita. Los enlaces ya creados siguen como están.',
}

const words = { en, es }

export const useSettingsWords = () => useWords(words)
