import { version } from '@curtain/server'

export function printVersion(): void {
  process.stdout.write(`${version}\n`)
}

export function help(): void {
  process.stdout.write(`curtain: private, self-hosted video visits for healthcare

  curtain start         run the server; the first start prints a link to set it up
  curtain demo          run it with a demo clinic in a data folder of its own, and print two links to try it
  curtain keys sheet    print the root key's recovery sheet, to be locked away
  curtain keys restore  bring the root key back from that sheet, typed in
  curtain keys rotate   give every organization a new key, while the server is stopped
  curtain access open   let staff come from every network again, while the server is stopped
  curtain access reset  take password and second factors off an account, and print a link to set
                        them up again, while the server is stopped
  curtain audit export FILE        write the whole audit log into a new file
  curtain audit checkpoint         print the log's last checkpoint and its key, to be kept elsewhere
  curtain audit verify FILE        check an export, with --checkpoint or --key from before; needs no server
  curtain audit new-key            give the log another signing key, while the server is stopped
  curtain --version     print the version
  curtain --help        print this

Settings are CURTAIN_* variables, or curtain.json in the data folder:
  CURTAIN_DATA_DIR         the data folder (./data; the demo takes ./data/demo)
  CURTAIN_HOST, _PORT      where to listen (127.0.0.1, 8080)
  CURTAIN_PUBLIC_URL       the https:// address that people open
  CURTAIN_TLS_CERT_FILE, CURTAIN_TLS_KEY_FILE, or CURTAIN_TRUSTED_PROXIES
                           needed for any address but loopback
  CURTAIN_DATABASE_URL     a PostgreSQL of yours instead of the embedded one
  CURTAIN_SMTP_URL, CURTAIN_MAIL_FROM
                           the mail server, and whom mail comes from
  CURTAIN_ROOT_KEY         file, aws-kms or vault-transit (docs/operations.md)
  CURTAIN_LOG_LEVEL        info, warn, error, … (the log goes to standard error)
`)
}
