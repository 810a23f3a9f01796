import { execFileSync } from 'node:child_process'

/**
 * Drops packets on this machine's loopback by nftables, as a broken Wi-Fi or a strict firewall would. Needs root, as the
 * tests run in CI.
 */
export class Firewall implements Disposable {
  readonly #table = `curtain_test_${process.pid}`

  constructor() {
    this.#nft(`add table ip ${this.#table}`)
    this.#nft(`add chain ip ${this.#table} input { type filter hook input priority 0; }`)
  }

  /** Nothing to or from these ports of the server arrives. */
  dropAll(ports: number[]): void {
    for (const protocol of ['udp', 'tcp']) {
      for (const direction of ['dport', 'sport']) this.#drop(`${protocol} ${direction} { ${ports.join(', ')} }`)
    }
  }

  /** No UDP to or from these ports arrives; TCP does. */
  dropUdp(ports: number[]): void {
    for (const direction of ['dport', 'sport']) this.#drop(`udp ${direction} { ${ports.join(', ')} }`)
  }

  /** Everything arrives again. */
  lift(): void {
    this.#nft(`flush chain ip ${this.#table} input`)
  }

  [Symbol.dispose](): void {
    this.#nft(`delete table ip ${this.#table}`)
  }

  #drop(match: string): void {
    this.#nft(`add rule ip ${this.#table} input iif lo ${match} drop`)
  }

  #nft(command: string): void {
    execFileSync('nft', [command], { stdio: 'pipe' })
  }
}
