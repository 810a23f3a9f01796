import { plural } from '../../i18n/format.ts'
import { useWords } from '../../i18n/translation.tsx'

const en = {
  title: 'Please confirm that it is you',
  continue: 'Continue',
  checking: 'One moment…',
  why: 'This is so that nobody else can open your visit.',
  triesLeft: (count: number) => plural('en', count, { one: '1 try left.', other: `${count} tries left.` }),
  lastTry: 'After another wrong answer the link is locked. If you are not sure, please call the clinic.',

  birthDate: 'When were you born?',
  birthDateText: (clinic: string) => `${clinic} asks for your birth date before your visit opens.`,
  day: 'Day',
  month: 'Month',
  year: 'Year',
  chooseMonth: 'Choose',
  yearHint: 'Such as 1958',
  dateWrong: 'That is not the birth date that the clinic has.',
  dateProblems: {
    incomplete: 'Please fill in day, month and year.',
    year: 'Please write the year with four digits, such as 1958.',
    impossible: 'There is no such date. Please look at day, month and year again.',
  },

  code: 'Your code from the e-mail',
  codeSent: (clinic: string) => `We have sent six digits to the e-mail address that ${clinic} has of you. Please type them here.`,
  codeHint: 'Six digits. It may take a minute until the e-mail is there; look into the spam folder too.',
  codeIncomplete: 'A code has six digits. Please look again.',
  codeWrong: 'That is not the code from our last e-mail.',
  codeLate: 'That code was too old: each works for 10 minutes. We have just sent you a new one.',
  codeResent: 'A new code is on its way. The one before does not work any more.',
  noCode: (clinic: string) => `We cannot send you a code. Please call ${clinic}: they can help you in.`,
  noEmail: 'No e-mail?',
  another: 'Send me another code',
  anotherIn: (seconds: number) =>
    plural('en', seconds, { one: 'You can ask for another code in 1 second.', other: `You can ask for another code in ${seconds} seconds.` }),
  noMore: 'We have sent you as many codes as we may. If none arrives, please call the clinic.',
}

const es: typeof en = {
  title: 'Confirme que es usted, por favor',
  continue: 'Continuar',
  checking: 'Un momento…',
  why: 'Así nadie más puede abrir su visita.',
  triesLeft: (count) => plural('es', count, { one: 'Queda 1 intento.', other: `Quedan ${count} intentos.` }),
  lastTry: 'Con otra respuesta equivocada el enlace se bloquea. Si no está seguro, llame a la clínica.',

  birthDate: '¿Cuándo nació usted?',
  birthDateText: (clinic) => `${clinic} le pide su fecha de nacimiento antes de abrir la visita.`,
  day: 'Día',
  month: 'Mes',
  year: 'Año',
  chooseMonth: 'Elija',
  yearHint: 'Por ejemplo, 1958',
  dateWrong: 'No es la fecha de nacimiento que tiene la clínica.',
  dateProblems: {
    incomplete: 'Indique el día, el mes y el año.',
    year: 'Escriba el año con cuatro cifras, por ejemplo 1958.',
    impossible: 'Esa fecha no existe. Revise el día, el mes y el año.',
  },

  code: 'Su código del correo',
  codeSent: (clinic) => `Hemos enviado seis cifras a la dirección de correo que ${clinic} tiene de usted. Escríbalas aquí.`,
  codeHint: 'Seis cifras. El correo puede tardar un minuto; mire también en el correo no deseado.',
  codeIncomplete: 'Un código tiene seis cifras. Revíselo, por favor.',
  codeWrong: 'No es el código de nuestro último correo.',
  codeLate: 'Ese código era demasiado antiguo: cada uno sirve durante 10 minutos. Acabamos de enviarle otro.',
  codeResent: 'Un código nuevo está en camino. El anterior ya no sirve.',
  noCode: (clinic) => `No podemos enviarle un código. Llame a ${clinic}: pueden ayudarle a entrar.`,
  noEmail: '¿No llegó?',
  another: 'Enviarme otro código',
  anotherIn: (seconds) =>
    plural('es', seconds, { one: 'Podrá pedir otro código en 1 segundo.', other: `Podrá pedir otro código en ${seconds} segundos.` }),
  noMore: 'Le hemos enviado todos los códigos posibles. Si no llega ninguno, llame a la clínica.',
}

const words = { en, es }

export const useSecondCheckWords = () => useWords(words)
