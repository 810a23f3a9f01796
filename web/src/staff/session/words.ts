import { useWords } from '../../i18n/translation.tsx'

const en = {
  signInTitle: 'Sign in',
  email: 'E-mail',
  password: 'Password',
  signIn: 'Sign in',
  show: 'Show the password',
  hide: 'Hide the password',
  emailWrong: 'Write an e-mail address, such as name@clinic.example.',
  passwordMissing: 'Write your password.',

  setupTitle: 'Set up Curtain',
  setupLead: 'Name your organization and make the first account. It becomes the owner’s: it can do everything.',
  setupNoSecret: 'This page needs the one-time link that Curtain printed when it was first started.',
  setupNoSecretAdvice: 'Open that link again, all of it. If it was used or lost, restart Curtain to get a new one.',
  organizationName: 'Name of the organization',
  organizationHint: 'Patients see it when they open a visit.',
  ownName: 'Your name',
  ownNameHint: 'As patients should see it.',
  create: 'Create the organization',
  nameWrong: 'Write a name, without characters that cannot be shown.',
  tooLong: (maximum: number) => `That is too long: up to ${maximum} characters.`,
  passwordHint:
    'At least 12 characters. Length is what counts: four or more unrelated words are strong and easy to remember. ' +
    'Use one that you use nowhere else.',
  passwordShort: (missing: number) => (missing === 1 ? '1 more character needed' : `${missing} more characters needed`),
  passwordEnough: 'Long enough',

  welcomeTitle: 'Signing you in…',
  welcomeNoSecret: 'This page needs the whole one-time sign-in link. Open it again, or sign in with your password.',
  withPassword: 'Sign in with your password',
}

const es: typeof en = {
  signInTitle: 'Iniciar sesión',
  email: 'Correo electrónico',
  password: 'Contraseña',
  signIn: 'Iniciar sesión',
  show: 'Mostrar la contraseña',
  hide: 'Ocultar la contraseña',
  emailWrong: 'Escriba un correo electrónico, como nombre@clinica.example.',
  passwordMissing: 'Escriba su contraseña.',

  setupTitle: 'Configurar Curtain',
  setupLead: 'Dé un nombre a su organización y cree la primera cuenta. Será la del propietario: puede hacerlo todo.',
  setupNoSecret: 'Esta página necesita el enlace de un solo uso que Curtain mostró al iniciarse por primera vez.',
  setupNoSecretAdvice:
    'Abra ese enlace otra vez, completo. Si ya se usó o se perdió, reinicie Curtain para obtener uno nuevo.',
  organizationName: 'Nombre de la organización',
  organizationHint: 'Los pacientes lo ven al abrir una visita.',
  ownName: 'Su nombre',
  ownNameHint: 'Tal como deben verlo los pacientes.',
  create: 'Crear la organización',
  nameWrong: 'Escriba un nombre, sin caracteres que no se puedan mostrar.',
  tooLong: (maximum) => `Es demasiado largo: hasta ${maximum} caracteres.`,
  passwordHint:
    'Al menos 12 caracteres. Lo que cuenta es la longitud: cuatro o más palabras sin relación son seguras y fáciles ' +
    'de recordar. Use una que no use en ningún otro sitio.',
  passwordShort: (missing) => (missing === 1 ? 'Falta 1 carácter' : `Faltan ${missing} caracteres`),
  passwordEnough: 'Longitud suficiente',

  welcomeTitle: 'Iniciando su sesión…',
  welcomeNoSecret:
    'Esta página necesita el enlace de inicio de sesión completo. Ábralo otra vez o entre con su contraseña.',
  withPassword: 'Iniciar sesión con contraseña',
}

const words = { en, es }

export const useSessionWords = () => useWords(words)
