import { useWords } from '../../i18n/translation.tsx'

/** The words of what is done to a whole record: merging, handing over, erasing. */
const en = {
  record: 'This record',

  merge: 'Merge a double',
  mergeHint: 'When one person has two records.',
  mergeTitle: 'Merge two records',
  mergeFind: 'The other record of the same person',
  mergeNobody: 'Nobody else is found by this name.',
  mergeChoose: 'Compare these',
  mergeOther: 'Choose another',
  mergeWhich: 'Which one stays?',
  thisOne: 'The one you came from',
  otherOne: 'The other one',
  stays: 'This one stays',
  mergeExplained: [
    'The visits, teams and history of both are in the one that stays.',
    'What is known there stays; what is not known there comes from the other one.',
    'The other one leads to the one that stays, and is in no list any more. This cannot be undone.',
  ],
  mergeNow: 'Merge the two',
  merged: 'The two records are one now.',

  export: 'Export',
  exportHint: 'For a patient who asks for what you hold about them.',
  exportTitle: 'Export everything about this patient',
  exportExplained: [
    'You get one file with what is known of them, every change to that, their visits with the reasons, and who was in them.',
    'It is not encrypted: keep it where nobody else can read it, hand it over safely, and delete it then.',
    'That you took it is kept in the audit log.',
  ],
  exportNow: 'Make the file',
  exported: 'The file is in your downloads.',

  erase: 'Erase',
  eraseHint: 'For good, in every backup as well.',
  eraseTitle: 'Erase this patient for good?',
  eraseGoes: 'What nobody can read again',
  eraseGoesPoints: [
    'Their name, birth date, record number, e-mail address and telephone, and every earlier value of these.',
    'Why their visits took place, and under which name they were in them.',
    'All this in backups as well: the key to it is destroyed, and without it every copy is unreadable. Copies of the key in backups of the keys folder go with those backups.',
  ],
  eraseStays: 'What the law makes us keep',
  eraseStaysPoints: [
    'When visits took place and with which clinician, without saying for whom.',
    'The audit log: who did what and when, with ids in place of names.',
    'The reason somebody gave for opening this record in an emergency, and its review.',
  ],
  eraseGround: 'Why',
  grounds: {
    'patient-request': 'The patient asked for it',
    'made-in-error': 'It was made in error: a double or a test',
    'retention-over': 'The time to keep it is over',
  },
  eraseType: (name: string) => `To go on, type the patient’s whole name: ${name}`,
  eraseTyped: 'Type the name as it stands above.',
  groundMissing: 'Choose why.',
  eraseNow: 'Erase for good',
  keep: 'Keep the patient',
  erased: 'The patient is erased.',
}

const es: typeof en = {
  record: 'Este registro',

  merge: 'Unir un duplicado',
  mergeHint: 'Cuando una persona tiene dos registros.',
  mergeTitle: 'Unir dos registros',
  mergeFind: 'El otro registro de la misma persona',
  mergeNobody: 'No se encuentra a nadie más con este nombre.',
  mergeChoose: 'Comparar estos',
  mergeOther: 'Elegir otro',
  mergeWhich: '¿Cuál se queda?',
  thisOne: 'El que tenía abierto',
  otherOne: 'El otro',
  stays: 'Este se queda',
  mergeExplained: [
    'Las visitas, los equipos y el historial de ambos están en el que se queda.',
    'Lo que se sabe en él se queda; lo que no se sabe se toma del otro.',
    'El otro lleva al que se queda y ya no está en ninguna lista. No se puede deshacer.',
  ],
  mergeNow: 'Unir los dos',
  merged: 'Los dos registros son ahora uno.',

  export: 'Exportar',
  exportHint: 'Para un paciente que pide lo que ustedes guardan sobre él.',
  exportTitle: 'Exportar todo sobre este paciente',
  exportExplained: [
    'Obtiene un archivo con sus datos, cada cambio de estos, sus visitas con los motivos y quién estuvo en ellas.',
    'No está cifrado: guárdelo donde nadie más pueda leerlo, entréguelo con seguridad y bórrelo después.',
    'Que usted lo obtuvo queda en el registro de auditoría.',
  ],
  exportNow: 'Crear el archivo',
  exported: 'El archivo está en sus descargas.',

  erase: 'Borrar',
  eraseHint: 'Para siempre, también en cada copia de seguridad.',
  eraseTitle: '¿Borrar a este paciente para siempre?',
  eraseGoes: 'Lo que nadie podrá volver a leer',
  eraseGoesPoints: [
    'Su nombre, fecha de nacimiento, número de expediente, correo y teléfono, y cada valor anterior de estos.',
    'Por qué tuvieron lugar sus visitas y con qué nombre estuvo en ellas.',
    'Todo ello también en las copias de seguridad: se destruye la clave, y sin ella ninguna copia se puede leer. Las copias de la clave en los respaldos de la carpeta de claves desaparecen con ellos.',
  ],
  eraseStays: 'Lo que la ley obliga a conservar',
  eraseStaysPoints: [
    'Cuándo hubo visitas y con qué profesional, sin decir para quién.',
    'El registro de auditoría: quién hizo qué y cuándo, con identificadores en lugar de nombres.',
    'El motivo que alguien dio para abrir este registro en una emergencia, y su revisión.',
  ],
  eraseGround: 'Por qué',
  grounds: {
    'patient-request': 'El paciente lo pidió',
    'made-in-error': 'Se creó por error: un duplicado o una prueba',
    'retention-over': 'Terminó el plazo para conservarlo',
  },
  eraseType: (name) => `Para continuar, escriba el nombre completo del paciente: ${name}`,
  eraseTyped: 'Escriba el nombre tal como está arriba.',
  groundMissing: 'Elija por qué.',
  eraseNow: 'Borrar para siempre',
  keep: 'Conservar al paciente',
  erased: 'El paciente está borrado.',
}

const words = { en, es }

export const useRecordWords = () => useWords(words)
