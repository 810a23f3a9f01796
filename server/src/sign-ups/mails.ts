/** Asks whether an address is theirs who asked for an account. In both languages: nothing is known of the reader. */
export function confirmationMail(organization: string, url: string): { subject: string; text: string } {
  return {
    subject: `Is this your e-mail address? · ¿Es este su correo electrónico?`,
    text: [
      `Somebody asked for an account at ${organization} with this e-mail address. If it was you, open this link to confirm that the`,
      'address is yours; then somebody there decides. If it was not you, do nothing.',
      '',
      `Alguien solicitó una cuenta en ${organization} con este correo electrónico. Si fue usted, abra este enlace para confirmar que`,
      'el correo es suyo; después alguien de allí decidirá. Si no fue usted, no haga nada.',
      '',
      url,
    ].join('\n'),
  }
}
