import { describe, expect, it } from 'vitest'
import { isLoopback, networkOf } from '../../src/limits/address'
import fc from '../support/properties.ts'

describe('an address is counted', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:0000:0000:0000:0001', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::2', '0:0:0:0::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
    ['::1', '::1'],
    ['not an address', 'not an address'],
  ])('%s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it('as its first 64 bits, if it is IPv6, and however it is written', () => {
    const group = fc.integer({ min: 0, max: 0xffff })
    const half = fc.array(group, { minLength: 4, maxLength: 4 })
    const write = (groups: number[], pad: number) =>
      groups.map((group) => group.toString(16).padStart(pad, '0').toUpperCase()).join(':')
    fc.assert(
      fc.property(half, half, half, (network, one, other) => {
        // The first group tells it from addresses that stand for IPv4 or this machine.
        const prefix = [0x2001, ...network.slice(1)]
        const key = networkOf(write([...prefix, ...one], 4))
        expect(networkOf(write([...prefix, ...other], 1))).toBe(key)
        const neighbour = [...prefix.slice(0, 3), (prefix[3] ?? 0) ^ 1]
        expect(networkOf(write([...neighbour, ...one], 4))).not.toBe(key)
      }),
    )
  })

  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['128.0.0.1', false],
    ['10.0.0.1', false],
    ['::2', false],
    ['127.example.org', false],
  ])('%s as this machine itself: %s', (address, is) => {
    expect(isLoopback(networkOf(address))).toBe(is)
  })
})
