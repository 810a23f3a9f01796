/**
 * Every error a client can meet: its stable code, the HTTP status it travels with, and the sentence that says
 * what to do. Sentences hold no patient data and no secrets; pages translate by code.
 */
export const errors = {
  // what was sent
  'invalid-input': { status: 400, sentence: 'Something in the request is missing or not valid. Check the named fields and try again.' },
  'invalid-message': { status: 400, sentence: 'That message is not valid here. Update the page and try again.' },
  'unknown-message': { status: 400, sentence: 'This server does not know that kind of message. Reload the page to get the current version.' },
  'message-too-large': { status: 413, sentence: 'That message is too large. Send less at once.' },
  'body-too-large': { status: 413, sentence: 'That is too much data for one request. Send less at once.' },
  'unsupported-protocol': { status: 400, sentence: 'This page and the server do not speak the same version. Reload the page.' },
  'unsupported-media-type': { status: 415, sentence: 'Send the request body as application/json.' },
  'rate-limited': { status: 429, sentence: 'Too many requests in a short time. Wait a little and try again.' },
  'not-found': { status: 404, sentence: 'There is nothing here, or you may not see it.' },
  'not-ready': { status: 503, sentence: 'Curtain is starting or stopping. Try again in a moment.' },
  internal: { status: 500, sentence: 'Something went wrong on our side. Try again; if it stays, tell the administrator the reference.' },

  // who you are
  'not-signed-in': { status: 401, sentence: 'Sign in to continue.' },
  'sign-in-failed': { status: 401, sentence: 'The e-mail address or the password is not right. Check both and try again.' },
  'sign-in-throttled': { status: 429, sentence: 'Too many attempts to sign in. Wait 15 minutes and try again.' },
  'sign-in-link-invalid': { status: 410, sentence: 'This sign-in link was used already or has expired. Sign in with your password, or ask for a new link.' },
  'setup-link-invalid': { status: 410, sentence: 'This set-up link was used already or has expired. Restart Curtain to get a new one.' },
  'origin-refused': { status: 403, sentence: 'The request came from another site. Open Curtain at its own address.' },
  forbidden: { status: 403, sentence: 'You are not allowed to do that. Ask an administrator if you should be.' },
  'email-taken': { status: 409, sentence: 'There is an account with this e-mail address already.' },

  'second-factor-failed': { status: 401, sentence: 'That did not match. Try again, or use another way to show that it is you.' },
  'confirmation-needed': { status: 403, sentence: 'Show again that it is you, then try once more.' },
  'confirmation-failed': { status: 403, sentence: 'That did not match. Try again.' },
  'passkey-refused': { status: 400, sentence: 'This passkey was not accepted. Try again, or use another one.' },
  'factor-needed': { status: 409, sentence: 'Your organization asks for a second way to sign in. Add another one before you remove this one.' },
  'password-weak': { status: 400, sentence: 'This password is too easy to guess. Use four or more unrelated words, or let a password manager make one.' },
  'password-reused': { status: 400, sentence: 'You used this password before. Choose a new one.' },
  'password-wrong': { status: 403, sentence: 'Your present password is not right.' },
  'address-not-allowed': { status: 403, sentence: 'Your organization does not let you sign in from this network. Use the network of your organization, or ask an owner.' },
  'locked-out': { status: 409, sentence: 'With this you would lock yourself out: your own address is not among those allowed.' },
  'mail-not-set-up': { status: 409, sentence: 'This server cannot send e-mail yet. An administrator can set that up.' },

  // an organization's own identity provider, and who comes from it
  'identity-provider-unreachable': { status: 502, sentence: 'The sign-in service of your organization does not answer as it should. Try again in a while.' },
  'identity-provider-invalid': { status: 400, sentence: 'What answers at this issuer is no OpenID Connect provider that can be used here. Check the address; it must be written exactly as the provider writes it.' },
  'identity-provider-gone': { status: 410, sentence: 'Signing in with this service is not possible any more. Reload the page.' },
  'domain-taken': { status: 409, sentence: 'Addresses of one of these domains lead to another sign-in service already.' },
  'identity-flow-invalid': { status: 400, sentence: 'This was begun in another browser, or too long ago, or is over already. Begin again.' },
  'identity-refused': { status: 401, sentence: 'The sign-in service of your organization did not sign you in. Try again, or ask whoever runs it.' },
  'identity-invalid': { status: 401, sentence: 'The answer of the sign-in service could not be trusted. Begin again; if it stays, tell whoever runs it.' },
  'identity-email-unverified': { status: 403, sentence: 'The sign-in service does not confirm that your e-mail address is yours. Ask whoever runs it.' },
  'identity-email-foreign': { status: 403, sentence: 'Your e-mail address there is not of your organization. Use your account of the organization.' },
  'identity-without-role': { status: 403, sentence: 'Your organization gives you no role here any more. Ask an owner if that is a mistake.' },
  'identity-taken': { status: 409, sentence: 'That account is linked with somebody else here already. Use your own.' },
  'identity-linked': { status: 409, sentence: 'This person signs in with their account of your organization’s sign-in service.' },
  'account-exists': { status: 409, sentence: 'There is an account with your e-mail address already. Sign in to it as before, and link the two on your account page.' },
  'account-waiting': { status: 403, sentence: 'You have no account here yet. Your request waits for approval by your organization.' },
  'sign-in-suspended': { status: 403, sentence: 'Your account is suspended. Ask an owner or administrator of your organization.' },
  'join-closed': { status: 410, sentence: 'Nobody can ask for an account here. Ask your organization for an invitation.' },
  'sign-up-over': { status: 410, sentence: 'This request was decided already, or is too old.' },
  'sign-up-link-invalid': { status: 410, sentence: 'This link was used already or has expired. Ask for an account again.' },

  // patients
  'patient-erased': { status: 410, sentence: 'This patient was erased. Nothing that was known about them can be read any more.' },
  'patient-merged': { status: 409, sentence: 'This record was merged into another one. Open that one.' },
  'patient-in-visit': { status: 409, sentence: 'This patient has a visit that is not over. End or cancel it first.' },
  'patient-held': { status: 409, sentence: 'What is on record about this patient must be kept for now, so they cannot be erased. Ask your security officer.' },
  'record-number-taken': { status: 409, sentence: 'Another patient has this record number. Check the number, or merge the two records.' },
  'name-mismatch': { status: 400, sentence: 'The name you typed is not the patient’s. Check that you have the right record.' },
  'glass-open': { status: 409, sentence: 'This access is still open. Review it once it has ended.' },
  'glass-reviewed': { status: 409, sentence: 'Somebody has reviewed this already. Reload to see what they said.' },
  'glass-apart': { status: 409, sentence: 'What was opened in an emergency is reviewed by itself, with its reason.' },
  'team-name-taken': { status: 409, sentence: 'There is a team with this name already.' },

  // alerts
  'alert-rules-full': { status: 409, sentence: 'There are 50 rules already. Change one of them, or remove one first.' },

  'last-owner': { status: 409, sentence: 'Your organization needs an owner with an active account. Make somebody else an owner first.' },
  'password-set': { status: 409, sentence: 'This person has a password, and this server cannot send e-mail to lead them to a new one. Whoever runs it can reset the account.' },
  'account-suspended': { status: 409, sentence: 'This account is suspended. Let it sign in again first.' },

  // visits and links
  'link-invalid': { status: 404, sentence: 'This link does not work. Check that you copied all of it, or ask the clinic for a new one.' },
  'link-used': { status: 410, sentence: 'This link was opened on another device or browser. Use that one, or ask the clinic for a new link.' },
  'link-expired': { status: 410, sentence: 'This link has expired. Ask the clinic for a new one.' },
  'link-locked': { status: 410, sentence: 'This link was locked after five wrong answers. Call the clinic: they can make a new one.' },
  'birth-date-missing': { status: 409, sentence: 'There is no birth date of this person on record, so the link cannot ask for it. Add it to the patient’s record, or choose another check.' },
  'email-missing': { status: 409, sentence: 'There is no e-mail address of this person on record, so nothing can be sent to it. Add it, or choose otherwise.' },
  'visit-ended': { status: 410, sentence: 'This visit has ended.' },
  'visit-cancelled': { status: 410, sentence: 'This visit was cancelled. Ask the clinic if you did not expect that.' },
  'visit-full': { status: 409, sentence: 'This visit is full. Ask the clinician to make room.' },
  'visit-locked': { status: 409, sentence: 'The clinician has locked this visit. Wait, or call the clinic.' },
  'clinician-needed': { status: 409, sentence: 'Choose who holds this visit: a clinician with an active account.' },
  'visit-state': { status: 409, sentence: 'That is not possible in the state the visit is in now. Reload to see it.' },
  'room-token-invalid': { status: 401, sentence: 'This way into the visit was used already or has expired. Go back to where you came from, and open the visit from there again.' },

  // in the room
  'ticket-invalid': { status: 401, sentence: 'This connection ticket was used already or has expired. Ask for a new one.' },
  'resume-refused': { status: 409, sentence: 'The connection cannot be resumed. Join again.' },
  'not-joined': { status: 409, sentence: 'Join the visit before doing that.' },
  'not-admitted': { status: 403, sentence: 'Wait until the clinician lets you in.' },
  refused: { status: 403, sentence: 'The clinician could not let you in. Call the clinic if you think this is a mistake.' },
  removed: { status: 403, sentence: 'You were removed from this visit. Call the clinic if you think this is a mistake.' },
  replaced: { status: 409, sentence: 'This visit was opened somewhere else, so it was closed here.' },
  'participant-not-found': { status: 404, sentence: 'That person is not in this visit any more.' },
  'media-not-found': { status: 404, sentence: 'That stream is not there any more.' },
  'media-rejected': { status: 400, sentence: 'The media parameters were not accepted. Reload the page.' },
  'media-limit': { status: 409, sentence: 'You already send as much as one person may.' },
  'media-unavailable': { status: 503, sentence: 'The media server is restarting. You will be connected again by itself.' },

  // end-to-end encryption
  'encryption-needed': { status: 409, sentence: 'This visit is end-to-end encrypted, and this browser cannot do that. Open the link in a current version of Chrome, Edge, Firefox or Safari.' },
  'transport-not-allowed': { status: 409, sentence: 'Your organization allows this kind of visit only with end-to-end encryption. An owner can change that in the settings.' },
  'not-encrypted': { status: 409, sentence: 'This visit is not end-to-end encrypted, so that message has no place in it.' },
  'key-package-invalid': { status: 400, sentence: 'The encryption keys of this device were not accepted. Check its date and time, and reload the page.' },
  'key-package-reused': { status: 409, sentence: 'The encryption keys of this device were used before. Reload the page to make new ones.' },
  'mls-epoch': { status: 409, sentence: 'The keys of this visit changed in the meantime. The page tries again by itself.' },
  'mls-not-asked': { status: 409, sentence: 'This device was not asked to change the keys of the visit.' },
} as const satisfies Record<string, { status: number; sentence: string }>

export type ErrorCode = keyof typeof errors

const codes = Object.keys(errors)

/** Whether a string is one of the codes above; what a newer server may send need not be. */
export function isErrorCode(code: string): code is ErrorCode {
  return codes.includes(code)
}
