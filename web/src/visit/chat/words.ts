import { plural } from '../../i18n/format.ts'
import { useWords } from '../../i18n/translation.tsx'

const en = {
  title: 'Chat',
  open: 'Open the chat',
  messages: 'Messages',
  message: 'Message',
  placeholder: 'Write a message',
  send: 'Send',
  keys: 'Enter sends. Shift and Enter begin a new line.',
  you: 'You',
  sending: 'Sending…',
  failed: 'Not sent.',
  retry: 'Send again',
  empty: 'No messages yet',
  private: 'Only those here now can read it. It is gone when the visit ends.',
  securing: 'Securing… You can send in a moment.',
  alone: 'Nobody else is here to read it.',
  below: 'New messages',
  unread: (count: number) => plural('en', count, { one: '1 new message', other: `${count} new messages` }),
  left: (count: number) => plural('en', count, { one: '1 character left', other: `${count} characters left` }),
  tooLong: (count: number) => plural('en', count, { one: '1 character too many', other: `${count} characters too many` }),
  says: (name: string, text: string) => `${name}: ${text}`,
}

const es: typeof en = {
  title: 'Chat',
  open: 'Abrir el chat',
  messages: 'Mensajes',
  message: 'Mensaje',
  placeholder: 'Escriba un mensaje',
  send: 'Enviar',
  keys: 'Intro envía. Mayús e Intro empiezan una línea nueva.',
  you: 'Usted',
  sending: 'Enviando…',
  failed: 'No se envió.',
  retry: 'Enviar otra vez',
  empty: 'Todavía no hay mensajes',
  private: 'Solo pueden leerlo quienes están aquí ahora. Se borra cuando termina la visita.',
  securing: 'Protegiendo… Podrá enviar en un momento.',
  alone: 'No hay nadie más aquí que pueda leerlo.',
  below: 'Mensajes nuevos',
  unread: (count) => plural('es', count, { one: '1 mensaje nuevo', other: `${count} mensajes nuevos` }),
  left: (count) => plural('es', count, { one: 'Queda 1 carácter', other: `Quedan ${count} caracteres` }),
  tooLong: (count) => plural('es', count, { one: 'Sobra 1 carácter', other: `Sobran ${count} caracteres` }),
  says: (name, text) => `${name}: ${text}`,
}

const dictionaries = { en, es }

/** The words of the chat in the language in use. */
export function useChatWords() {
  return useWords(dictionaries)
}
