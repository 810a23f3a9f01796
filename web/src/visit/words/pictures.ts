import type { Language } from '../../i18n/language.ts'

/** One of the pictures that verification codes are read out with: its drawing, and its name in each language. */
export type Picture = Readonly<{ emoji: string } & Record<Language, string>>

/**
 * The 64 pictures. Their order is part of the product: a code is an index into it, and people compare what they see,
 * so nothing here may move once released. All are drawn by the emoji fonts of Unicode 9 (2016) and later, none needs a
 * variation selector, and no two look or sound alike: no bear and pear, no lion and limón, no star and guitar.
 */
export const pictures: readonly Picture[] = [
  { emoji: '🐢', en: 'turtle', es: 'tortuga' },
  { emoji: '🐘', en: 'elephant', es: 'elefante' },
  { emoji: '🐬', en: 'dolphin', es: 'delfín' },
  { emoji: '🦁', en: 'lion', es: 'león' },
  { emoji: '🦋', en: 'butterfly', es: 'mariposa' },
  { emoji: '🐙', en: 'octopus', es: 'pulpo' },
  { emoji: '🦉', en: 'owl', es: 'búho' },
  { emoji: '🐧', en: 'penguin', es: 'pingüino' },
  { emoji: '🐸', en: 'frog', es: 'rana' },
  { emoji: '🐍', en: 'snake', es: 'serpiente' },
  { emoji: '🐎', en: 'horse', es: 'caballo' },
  { emoji: '🦀', en: 'crab', es: 'cangrejo' },
  { emoji: '🐻', en: 'bear', es: 'oso' },
  { emoji: '🐷', en: 'pig', es: 'cerdo' },
  { emoji: '🐔', en: 'chicken', es: 'gallina' },
  { emoji: '🦆', en: 'duck', es: 'pato' },
  { emoji: '🌵', en: 'cactus', es: 'cactus' },
  { emoji: '🌴', en: 'palm tree', es: 'palmera' },
  { emoji: '🌻', en: 'sunflower', es: 'girasol' },
  { emoji: '🌷', en: 'tulip', es: 'tulipán' },
  { emoji: '🍄', en: 'mushroom', es: 'hongo' },
  { emoji: '🍁', en: 'leaf', es: 'hoja' },
  { emoji: '🍌', en: 'banana', es: 'plátano' },
  { emoji: '🍇', en: 'grapes', es: 'uvas' },
  { emoji: '🍉', en: 'watermelon', es: 'sandía' },
  { emoji: '🍍', en: 'pineapple', es: 'piña' },
  { emoji: '🍒', en: 'cherries', es: 'cerezas' },
  { emoji: '🥕', en: 'carrot', es: 'zanahoria' },
  { emoji: '🥑', en: 'avocado', es: 'aguacate' },
  { emoji: '🍦', en: 'ice cream', es: 'helado' },
  { emoji: '☕', en: 'coffee', es: 'café' },
  { emoji: '🍿', en: 'popcorn', es: 'palomitas' },
  { emoji: '🔑', en: 'key', es: 'llave' },
  { emoji: '🔔', en: 'bell', es: 'campana' },
  { emoji: '🎁', en: 'gift', es: 'regalo' },
  { emoji: '🎺', en: 'trumpet', es: 'trompeta' },
  { emoji: '🎻', en: 'violin', es: 'violín' },
  { emoji: '🎹', en: 'piano', es: 'piano' },
  { emoji: '🎧', en: 'headphones', es: 'auriculares' },
  { emoji: '⚓', en: 'anchor', es: 'ancla' },
  { emoji: '⏰', en: 'alarm clock', es: 'despertador' },
  { emoji: '🔨', en: 'hammer', es: 'martillo' },
  { emoji: '📚', en: 'books', es: 'libros' },
  { emoji: '💡', en: 'light bulb', es: 'bombilla' },
  { emoji: '🎩', en: 'top hat', es: 'sombrero' },
  { emoji: '👑', en: 'crown', es: 'corona' },
  { emoji: '👓', en: 'glasses', es: 'anteojos' },
  { emoji: '🎒', en: 'backpack', es: 'mochila' },
  { emoji: '☔', en: 'umbrella', es: 'paraguas' },
  { emoji: '🚲', en: 'bicycle', es: 'bicicleta' },
  { emoji: '🚌', en: 'bus', es: 'autobús' },
  { emoji: '🚂', en: 'train', es: 'tren' },
  { emoji: '🚀', en: 'rocket', es: 'cohete' },
  { emoji: '🚁', en: 'helicopter', es: 'helicóptero' },
  { emoji: '⛵', en: 'sailboat', es: 'velero' },
  { emoji: '🚑', en: 'ambulance', es: 'ambulancia' },
  { emoji: '🌈', en: 'rainbow', es: 'arcoíris' },
  { emoji: '🌙', en: 'moon', es: 'luna' },
  { emoji: '⭐', en: 'star', es: 'estrella' },
  { emoji: '🔥', en: 'fire', es: 'fuego' },
  { emoji: '🌋', en: 'volcano', es: 'volcán' },
  { emoji: '⛄', en: 'snowman', es: 'muñeco de nieve' },
  { emoji: '🔭', en: 'telescope', es: 'telescopio' },
  { emoji: '💎', en: 'diamond', es: 'diamante' },
]

/** @throws RangeError for anything but 0 … 63 */
export function pictureOf(index: number): Picture {
  const picture = pictures[index]
  if (picture === undefined) throw new RangeError('There are 64 pictures')
  return picture
}
