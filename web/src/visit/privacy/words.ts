import { useWords } from '../../i18n/translation.tsx'

const en = {
  title: 'How private is this?',
  /** The words of the lock, always beside it. */
  lock: { secured: 'Private', securing: 'Securing…', doubtful: 'Check who can see', transport: 'Not end-to-end encrypted' },
  /** Before anybody comes in. */
  before: {
    'end-to-end': 'Private: only the people in the visit can see and hear it. Nothing is recorded.',
    transport: 'This visit is not end-to-end encrypted. It is encrypted on the way, but the clinic’s server could see and hear it. Nothing is recorded.',
  },
  lead: {
    secured: 'Only the devices listed here can see and hear this visit.',
    securing: 'Securing… The devices agree on new keys.',
    doubtful: 'Somebody who is not in this visit may still see and hear it.',
    transport: 'This clinic has chosen to hold this visit without end-to-end encryption.',
  },
  more: {
    secured: 'Picture, sound and chat are locked on each of these devices and can only be opened on the others.',
    securing: 'Nothing is sent or shown until they are done. That takes a moment.',
    doubtful: 'Picture, sound and chat can be opened on each of the devices listed here, and on no other.',
    transport: 'Picture and sound are encrypted on the way between each device and the clinic’s server. That server passes them on, and whoever runs it could see and hear the visit.',
  },
  holders: 'Who can see and hear',
  hasCompared: 'Compared',
  notHere: 'Not in the visit',
  strangers: (names: string) => `The clinic’s server does not list ${names} in this visit. Their device still has its keys, which should be gone seconds after somebody leaves.`,
  strangersStill: {
    host: 'If they should be here, ask them to open their link again. If not, say nothing private, leave the visit, call the patient by phone, and tell whoever runs your server.',
    patient: 'If this does not go away, say nothing private, leave the visit and call the clinic by phone. You have done nothing wrong.',
    guest: 'If this does not go away, say nothing private, leave the visit and call the clinic by phone. You have done nothing wrong.',
  },

  code: 'Verification code',
  codeTitle: 'Is nobody in between? Compare the code.',
  codeHow: 'One of you reads the six out loud, the others look at their own screens. If all six are the same for all of you, nobody is in between.',
  codeSoon: 'The code comes in a moment…',
  codeAlone: 'When somebody else is in the visit, you find a code here to compare.',
  same: 'We compared: it is the same',
  different: 'The code is different',
  compared: 'You compared this code, and it is the same.',
  compareFailed: 'That did not work. Try again.',
  changedNow: 'The code has just changed, because somebody joined or left.',
  showNew: 'Show the new code',

  differentTitle: 'The code is different',
  differentOnce: 'Perhaps a word was misheard, or somebody joined or left just now. Compare once more.',
  differentStill: {
    host: 'If it is still different, somebody may be in between. Leave the visit, call the patient by phone, and tell whoever runs your server.',
    patient: 'If it is still different, somebody may be in between. Leave the visit and call the clinic by phone. You have done nothing wrong.',
    guest: 'If it is still different, somebody may be in between. Leave the visit and call the clinic by phone. You have done nothing wrong.',
  },
  again: 'Compare once more',
  leave: 'Leave the visit',

  banner: 'The code changed because somebody joined or left. Compare again?',
  bannerTitle: 'The code changed',
  showCode: 'Show the code',
  dismiss: 'Dismiss',

  points: {
    server: {
      title: 'What the clinic’s server can see',
      text: 'Who is in the visit and when, how much is sent, and who speaks loudly. It cannot see you, hear you or read what you write.',
    },
    recorded: {
      title: 'Nothing is recorded',
      text: 'Curtain keeps no picture, sound, screen or chat of this visit. It keeps who took part and when.',
    },
    here: {
      title: 'You see who is here',
      text: 'Everybody in the visit is in the list under “People”. No other person can listen without being listed.',
    },
  },
}

const es: typeof en = {
  title: '¿Es privado?',
  lock: { secured: 'Privada', securing: 'Protegiendo…', doubtful: 'Compruebe quién puede ver', transport: 'Sin cifrado de extremo a extremo' },
  before: {
    'end-to-end': 'Privada: solo quienes están en la visita pueden verla y oírla. No se graba nada.',
    transport: 'Esta visita no está cifrada de extremo a extremo. Va cifrada por el camino, pero el servidor de la clínica podría verla y oírla. No se graba nada.',
  },
  lead: {
    secured: 'Solo los dispositivos de esta lista pueden ver y oír esta visita.',
    securing: 'Protegiendo… Los dispositivos acuerdan claves nuevas.',
    doubtful: 'Alguien que no está en esta visita todavía podría verla y oírla.',
    transport: 'Esta clínica ha elegido hacer esta visita sin cifrado de extremo a extremo.',
  },
  more: {
    secured: 'La imagen, el sonido y el chat se cierran con llave en cada uno de estos dispositivos y solo se pueden abrir en los demás.',
    securing: 'Hasta que terminen no se envía ni se muestra nada. Tarda un momento.',
    doubtful: 'La imagen, el sonido y el chat se pueden abrir en cada dispositivo de esta lista, y en ningún otro.',
    transport: 'La imagen y el sonido van cifrados por el camino entre cada dispositivo y el servidor de la clínica. Ese servidor los reparte, y quien lo maneja podría ver y oír la visita.',
  },
  holders: 'Quién puede ver y oír',
  hasCompared: 'Comparado',
  notHere: 'No está en la visita',
  strangers: (names) => `Según el servidor de la clínica, en esta visita no está ${names}. Su dispositivo todavía tiene las claves, que deberían perderse segundos después de salir.`,
  strangersStill: {
    host: 'Si debe estar aquí, pídale que vuelva a abrir su enlace. Si no, no diga nada privado, salga de la visita, llame al paciente por teléfono y avise a quien maneja su servidor.',
    patient: 'Si esto no desaparece, no diga nada privado, salga de la visita y llame a la clínica por teléfono. Usted no hizo nada mal.',
    guest: 'Si esto no desaparece, no diga nada privado, salga de la visita y llame a la clínica por teléfono. Usted no hizo nada mal.',
  },

  code: 'Código de verificación',
  codeTitle: '¿No hay nadie en medio? Comparen el código.',
  codeHow: 'Una persona lee en voz alta los seis y las demás miran su propia pantalla. Si los seis son iguales para todos, no hay nadie en medio.',
  codeSoon: 'El código llega en un momento…',
  codeAlone: 'Cuando haya alguien más en la visita, aquí encontrará un código para comparar.',
  same: 'Lo comparamos: es igual',
  different: 'El código es distinto',
  compared: 'Usted comparó este código y es igual.',
  compareFailed: 'Eso no funcionó. Inténtelo de nuevo.',
  changedNow: 'El código acaba de cambiar porque alguien entró o salió.',
  showNew: 'Mostrar el código nuevo',

  differentTitle: 'El código es distinto',
  differentOnce: 'Quizá se oyó mal una palabra, o alguien entró o salió justo ahora. Compárenlo otra vez.',
  differentStill: {
    host: 'Si sigue siendo distinto, puede que haya alguien en medio. Salga de la visita, llame al paciente por teléfono y avise a quien maneja su servidor.',
    patient: 'Si sigue siendo distinto, puede que haya alguien en medio. Salga de la visita y llame a la clínica por teléfono. Usted no hizo nada mal.',
    guest: 'Si sigue siendo distinto, puede que haya alguien en medio. Salga de la visita y llame a la clínica por teléfono. Usted no hizo nada mal.',
  },
  again: 'Comparar otra vez',
  leave: 'Salir de la visita',

  banner: 'El código cambió porque alguien entró o salió. ¿Comparar otra vez?',
  bannerTitle: 'El código cambió',
  showCode: 'Mostrar el código',
  dismiss: 'Descartar',

  points: {
    server: {
      title: 'Qué puede ver el servidor de la clínica',
      text: 'Quién está en la visita y cuándo, cuánto se envía y quién habla fuerte. No puede verle, oírle ni leer lo que escribe.',
    },
    recorded: {
      title: 'No se graba nada',
      text: 'Curtain no guarda imagen, sonido, pantalla ni chat de esta visita. Guarda quién participó y cuándo.',
    },
    here: {
      title: 'Usted ve quién está',
      text: 'Todos los que están en la visita aparecen en «Personas». Ninguna otra persona puede escuchar sin aparecer ahí.',
    },
  },
}

const dictionaries = { en, es }

/** The words about privacy in the language in use. */
export function usePrivacyWords() {
  return useWords(dictionaries)
}
