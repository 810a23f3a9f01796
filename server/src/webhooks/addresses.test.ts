import { expect, test } from 'vitest'
import { isOwnAddress, isPublicAddress, resolveHost } from './addresses.ts'

test.each([
  '0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.254', '169.254.169.254', '172.16.0.1', '172.31.255.255', '192.0.0.170',
  '192.168.1.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255',
  '::', '::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1', '2002:a00:1::',
  '3fff::1', 'fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'ff02::1',
  '', 'localhost', '10.1', '0x7f.1',
])('%s is no address of the internet', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each(['1.1.1.1', '9.255.255.255', '172.15.255.255', '172.32.0.1', '223.255.255.255', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is one',
  (address) => {
    expect(isPublicAddress(address)).toBe(true)
  },
)

test('this machine’s own are those of loopback alone', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isOwnAddress)).toBe(true)
  expect(['10.0.0.1', '::2', 'localhost', ''].some(isOwnAddress)).toBe(false)
})

test('an address stands for itself', async () => {
  expect(await resolveHost('127.0.0.1')).toEqual([{ address: '127.0.0.1', family: 4 }])
  expect(await resolveHost('::1')).toEqual([{ address: '::1', family: 6 }])
})
