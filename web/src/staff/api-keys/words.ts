import type { ApiKeyScope } from '@curtain/protocol'
import { useWords } from '../../i18n/translation.tsx'

const scopes: Record<ApiKeyScope, { name: string; explained: string }> = {
  'visits:read': { name: 'See visits', explained: 'All visits with their patients’ names, without why they take place; and who holds visits.' },
  'visits:write': { name: 'Plan visits', explained: 'Make, move and call off visits, and make links for patients and guests.' },
  'patients:read': { name: 'See patients', explained: 'Find patients and read what is known of them.' },
  'patients:write': { name: 'Register patients', explained: 'Add patients and change what is known of them.' },
  'room-tokens:write': {
    name: 'Bring people into visits',
    explained: 'Let patients and guests into the waiting room from your own portal. It never lets anybody in from there.',
  },
}

const en = {
  title: 'API keys',
  of: (organization: string) => `How programs of ${organization} use Curtain`,
  loading: 'The keys are loading…',
  keys: 'Keys',
  none: 'There are no keys. A portal or a scheduling system of yours needs one to plan visits or to bring patients into them.',
  onlyRead: 'An owner or administrator of your organization can make and end keys.',
  scopes,
  made: (when: string, who: string) => `Made on ${when} by ${who}`,
  expires: (when: string) => `Ends on ${when}`,
  lastUsed: (when: string) => `Last used ${when}`,
  neverUsed: 'Never used',
  from: (addresses: string) => `Only from ${addresses}`,
  fromAnywhere: 'From anywhere',
  soon: 'Ends soon',
  over: 'Has expired',

  create: 'Make a key',
  name: 'Name',
  nameHint: 'What the key is for. It stands beside what the key does, as a person’s name does.',
  nameWrong: 'Write a name of up to 60 characters.',
  may: 'What it may do',
  mayWrong: 'Choose at least one.',
  addresses: 'Where it may be used from',
  addressesHint: 'Addresses or ranges of the computers that use it, such as 203.0.113.7 or 198.51.100.0/24. Leave it empty for anywhere.',
  addressesWrong: 'One of these is not an address or a range.',
  valid: 'Ends after',
  validHint: 'A key ends by itself. Make the next one in time; both work until the old one ends.',
  days: { 7: '7 days', 30: '30 days', 90: '90 days', 180: '180 days', 365: 'a year' },
  make: 'Make the key',

  madeTitle: 'The key is made',
  madeLead: 'Put the secret where the program reads it. It is shown this once, and we cannot show it again.',
  id: 'Key id, used as the user name',
  secret: 'Secret, used as the password',
  copy: 'Copy the secret',
  copied: 'Copied.',
  copyFailed: 'Copying did not work. Select the text and copy it by hand.',
  example: 'A first request. curl asks for the secret, so that it stays out of your shell’s history.',
  kept: 'I have kept the secret',

  end: 'End',
  endOf: (name: string) => `End ${name}`,
  endTitle: (name: string) => `End ${name}?`,
  endExplained: [
    'Every program that uses this key is refused from now on.',
    'A key that has ended cannot be brought back. You can make another one.',
    'People who are in a visit stay there.',
    'That you did it is kept in the audit log.',
  ],
  keep: 'Keep the key',
  ended: (name: string) => `${name} has ended.`,
}

const es: typeof en = {
  title: 'Claves de API',
  of: (organization) => `Cómo usan Curtain los programas de ${organization}`,
  loading: 'Se están cargando las claves…',
  keys: 'Claves',
  none: 'No hay ninguna clave. Un portal o un sistema de citas de ustedes necesita una para planificar visitas o llevar a los pacientes a ellas.',
  onlyRead: 'Un propietario o administrador de su organización puede crear y terminar claves.',
  scopes: {
    'visits:read': { name: 'Ver visitas', explained: 'Todas las visitas con el nombre del paciente, sin el motivo; y quién atiende visitas.' },
    'visits:write': { name: 'Planificar visitas', explained: 'Crear, mover y anular visitas, y crear enlaces para pacientes e invitados.' },
    'patients:read': { name: 'Ver pacientes', explained: 'Buscar pacientes y leer lo que se sabe de ellos.' },
    'patients:write': { name: 'Registrar pacientes', explained: 'Añadir pacientes y cambiar lo que se sabe de ellos.' },
    'room-tokens:write': {
      name: 'Llevar a personas a las visitas',
      explained: 'Llevar a pacientes e invitados a la sala de espera desde su propio portal. Nunca hace pasar a nadie desde allí.',
    },
  },
  made: (when, who) => `Creada el ${when} por ${who}`,
  expires: (when) => `Termina el ${when}`,
  lastUsed: (when) => `Último uso: ${when}`,
  neverUsed: 'Nunca se usó',
  from: (addresses) => `Solo desde ${addresses}`,
  fromAnywhere: 'Desde cualquier lugar',
  soon: 'Termina pronto',
  over: 'Ha caducado',

  create: 'Crear una clave',
  name: 'Nombre',
  nameHint: 'Para qué es la clave. Aparece junto a lo que la clave hace, como el nombre de una persona.',
  nameWrong: 'Escriba un nombre de hasta 60 caracteres.',
  may: 'Qué puede hacer',
  mayWrong: 'Elija al menos una opción.',
  addresses: 'Desde dónde se puede usar',
  addressesHint: 'Direcciones o rangos de los equipos que la usan, como 203.0.113.7 o 198.51.100.0/24. Déjelo vacío para cualquier lugar.',
  addressesWrong: 'Una de estas no es una dirección ni un rango.',
  valid: 'Termina después de',
  validHint: 'Una clave termina por sí sola. Cree la siguiente a tiempo; ambas funcionan hasta que termine la anterior.',
  days: { 7: '7 días', 30: '30 días', 90: '90 días', 180: '180 días', 365: 'un año' },
  make: 'Crear la clave',

  madeTitle: 'La clave está creada',
  madeLead: 'Ponga el secreto donde el programa lo lee. Se muestra esta única vez y no podemos mostrarlo de nuevo.',
  id: 'Identificador de la clave, se usa como nombre de usuario',
  secret: 'Secreto, se usa como contraseña',
  copy: 'Copiar el secreto',
  copied: 'Copiado.',
  copyFailed: 'No se pudo copiar. Seleccione el texto y cópielo a mano.',
  example: 'Una primera petición. curl pide el secreto, para que no quede en el historial de su terminal.',
  kept: 'He guardado el secreto',

  end: 'Terminar',
  endOf: (name) => `Terminar ${name}`,
  endTitle: (name) => `¿Terminar ${name}?`,
  endExplained: [
    'Desde ahora se rechaza a todo programa que use esta clave.',
    'Una clave terminada no se puede recuperar. Puede crear otra.',
    'Quienes están en una visita siguen en ella.',
    'Que usted lo hizo queda en el registro de auditoría.',
  ],
  keep: 'Mantener la clave',
  ended: (name) => `${name} ha terminado.`,
}

const words = { en, es }

export const useApiKeyWords = () => useWords(words)
