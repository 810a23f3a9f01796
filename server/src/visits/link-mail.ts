import type { OutgoingMail } from '../mail/mail.ts'

type Message = Pick<OutgoingMail, 'subject' | 'text'>

/**
 * Mails to people who come by link: which language they read is not known, so both are there. They name the clinic and
 * nobody else, and say nothing of when or why the visit is.
 */
export function codeMail(organizationName: string, code: string): Message {
  return {
    subject: `${organizationName}: your code · su código`,
    text: [
      `Your code for your visit at ${organizationName} is ${code}`,
      'Type it on the page that asks for it. It works for 10 minutes. Tell it to nobody, not even to the clinic.',
      'If you did not open a link to a visit just now, you need not do anything.',
      divider,
      `Su código para su visita en ${organizationName} es ${code}`,
      'Escríbalo en la página que se lo pide. Sirve durante 10 minutos. No se lo diga a nadie, tampoco a la clínica.',
      'Si no acaba de abrir un enlace a una visita, no tiene que hacer nada.',
    ].join('\n\n'),
  }
}

export function linkMail(organizationName: string, url: string): Message {
  return {
    subject: `${organizationName}: your video visit · su videoconsulta`,
    text: [
      `${organizationName} invites you to a video visit. Open this link on the phone or computer that you will use:`,
      url,
      'You need no account and have nothing to install. The link is for you alone, and works in the first browser that opens it: please do not pass it on.',
      divider,
      `${organizationName} le invita a una videoconsulta. Abra este enlace en el teléfono u ordenador que vaya a usar:`,
      url,
      'No necesita cuenta ni instalar nada. El enlace es solo para usted y funciona en el primer navegador que lo abra: no lo reenvíe, por favor.',
    ].join('\n\n'),
  }
}

const divider = '· · ·'
