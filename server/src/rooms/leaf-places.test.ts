import { expect, it } from 'vitest'
import { LeafPlaces } from './leaf-places.ts'

it('whoever is added takes the leftmost blank leaf, or a new one', () => {
  const places = new LeafPlaces<string>()
  const add = (name: string) => places.take((place) => `${name} ${place}`)
  expect([add('anna'), add('ben'), add('cem'), add('dora')]).toEqual(['anna 0', 'ben 1', 'cem 2', 'dora 3'])
  for (const place of [3, 1, 2]) places.blank(place)
  // The tree is half as wide now, which changes nothing of where the next ones sit.
  expect([add('emil'), add('fay'), add('gus'), add('hana')]).toEqual(['emil 1', 'fay 2', 'gus 3', 'hana 4'])
  places.blank(0)
  expect(places.holders).toEqual(['emil 1', 'fay 2', 'gus 3', 'hana 4'])
})
