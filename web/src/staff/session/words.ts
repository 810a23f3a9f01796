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

  forgot: 'Forgot your password?',
  forgotTitle: 'A new password',
  forgotLead: 'Write the e-mail address of your account. We send a link to it that leads to a new password.',
  sendLink: 'Send the link',
  sentTitle: 'Look into your mailbox',
  sent: 'If there is an account with this address, we have sent a link. It works once, for 30 minutes.',
  sentNothing: 'Nothing came? Look among unwanted mail, or ask an owner or administrator of your organization.',
  backToSignIn: 'Back to signing in',

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

  welcomeTitle: 'Signing you in…',
  welcomeNoSecret: 'This page needs the whole one-time sign-in link. Open it again, or sign in with your password.',
  withPassword: 'Sign in with your password',

  secondTitle: 'Show that it is you',
  secondExplained: {
    passkey: 'Use the passkey of this account: with your fingerprint, your face, your device’s PIN or a security key.',
    authenticator: 'Open the authenticator app on your phone and type the code that it shows for Curtain.',
    'recovery-code': 'Type one of the recovery codes that you kept. Each of them works once.',
  },
  usePasskey: 'Use a passkey',
  goOnIn: 'Continue',
  code: 'Code',
  codeHint: 'Six digits. A new code comes every 30 seconds.',
  codeWrong: 'Type the six digits that the app shows now.',
  recoveryCode: 'Recovery code',
  recoveryCodeHint: 'With or without the hyphens.',
  recoveryCodeWrong: 'Type the whole recovery code.',
  anotherWay: 'Another way',
  ways: {
    passkey: 'Use a passkey',
    password: 'Use your password',
    authenticator: 'Use your authenticator app',
    'recovery-code': 'Use a recovery code',
  },
  asSomebodyElse: 'Sign in as somebody else',
  noPasskeysHere: 'This browser cannot use passkeys. Use another way, or another browser.',
  noWayHere: 'Your account can be opened with a passkey alone. Use a browser that knows passkeys, or ask an owner of your organization.',
  passkeyDeclined: 'No passkey was used. Try again, or use another way.',
  passkeyKnown: 'There is a passkey for this account on this device already.',

  confirmTitle: 'Show again that it is you',
  confirmExplained: 'What you are about to do is important for safety. After this you have five minutes.',
  confirm: 'Confirm',
  confirmNoWay: 'Your account has no password, passkey or authenticator app yet. Set one up first, on the page of your account.',

  idleTitle: 'Are you still there?',
  idleExplained: 'You have not used Curtain for a while. To protect patients, you will be signed out.',
  endTitle: 'Your session ends',
  endExplained: 'You have been signed in for as long as is allowed. Finish what you are doing, then sign in again.',
  secondsLeft: (seconds: number) => `Less than ${seconds} seconds until you are signed out.`,
  stay: 'Stay signed in',
  goOn: 'Go on until then',
  signOutNow: 'Sign out now',
  endings: {
    idle: 'You were signed out because Curtain was not used for a while. Sign in to go on.',
    end: 'You were signed out because you had been signed in for as long as is allowed. Sign in to go on.',
    elsewhere: 'You were signed out: your session was ended from another place, or your account has changed.',
  },
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

  forgot: '¿Olvidó su contraseña?',
  forgotTitle: 'Una contraseña nueva',
  forgotLead: 'Escriba el correo electrónico de su cuenta. Le enviamos un enlace que lleva a una contraseña nueva.',
  sendLink: 'Enviar el enlace',
  sentTitle: 'Mire su correo',
  sent: 'Si hay una cuenta con este correo electrónico, hemos enviado un enlace. Funciona una vez, durante 30 minutos.',
  sentNothing: '¿No llegó nada? Mire en el correo no deseado o pregunte a un propietario o administrador de su organización.',
  backToSignIn: 'Volver a iniciar sesión',

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

  welcomeTitle: 'Iniciando su sesión…',
  welcomeNoSecret:
    'Esta página necesita el enlace de inicio de sesión completo. Ábralo otra vez o entre con su contraseña.',
  withPassword: 'Iniciar sesión con contraseña',

  secondTitle: 'Muestre que es usted',
  secondExplained: {
    passkey:
      'Use la llave de acceso de esta cuenta: con su huella, su rostro, el PIN de su dispositivo o una llave de seguridad.',
    authenticator: 'Abra la aplicación de autenticación en su teléfono y escriba el código que muestra para Curtain.',
    'recovery-code': 'Escriba uno de los códigos de recuperación que guardó. Cada uno funciona una vez.',
  },
  usePasskey: 'Usar una llave de acceso',
  goOnIn: 'Continuar',
  code: 'Código',
  codeHint: 'Seis cifras. Cada 30 segundos aparece un código nuevo.',
  codeWrong: 'Escriba las seis cifras que la aplicación muestra ahora.',
  recoveryCode: 'Código de recuperación',
  recoveryCodeHint: 'Con o sin los guiones.',
  recoveryCodeWrong: 'Escriba el código de recuperación completo.',
  anotherWay: 'Otra forma',
  ways: {
    passkey: 'Usar una llave de acceso',
    password: 'Usar su contraseña',
    authenticator: 'Usar su aplicación de autenticación',
    'recovery-code': 'Usar un código de recuperación',
  },
  asSomebodyElse: 'Iniciar sesión con otra cuenta',
  noPasskeysHere: 'Este navegador no puede usar llaves de acceso. Use otra forma u otro navegador.',
  noWayHere:
    'Su cuenta solo se abre con una llave de acceso. Use un navegador que las conozca o pregunte a un propietario de su organización.',
  passkeyDeclined: 'No se usó ninguna llave de acceso. Inténtelo de nuevo o use otra forma.',
  passkeyKnown: 'En este dispositivo ya hay una llave de acceso para esta cuenta.',

  confirmTitle: 'Muestre de nuevo que es usted',
  confirmExplained: 'Lo que va a hacer es importante para la seguridad. Después tiene cinco minutos.',
  confirm: 'Confirmar',
  confirmNoWay:
    'Su cuenta aún no tiene contraseña, llave de acceso ni aplicación de autenticación. Configure antes una en la página de su cuenta.',

  idleTitle: '¿Sigue ahí?',
  idleExplained: 'Hace un rato que no usa Curtain. Para proteger a los pacientes, se cerrará su sesión.',
  endTitle: 'Su sesión termina',
  endExplained: 'Su sesión ha durado todo lo que está permitido. Termine lo que está haciendo y vuelva a iniciar sesión.',
  secondsLeft: (seconds) => `Quedan menos de ${seconds} segundos para que se cierre su sesión.`,
  stay: 'Seguir con la sesión',
  goOn: 'Continuar hasta entonces',
  signOutNow: 'Cerrar sesión ahora',
  endings: {
    idle: 'Su sesión se cerró porque Curtain no se usó durante un rato. Inicie sesión para continuar.',
    end: 'Su sesión se cerró porque había durado todo lo que está permitido. Inicie sesión para continuar.',
    elsewhere: 'Su sesión se cerró: se terminó desde otro lugar o su cuenta ha cambiado.',
  },
}

const words = { en, es }

export const useSessionWords = () => useWords(words)
