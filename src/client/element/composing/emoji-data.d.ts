// The names of emoji in a language, packed by scripts/emoji.ts.

declare module 'emojibase-data/de/data.json' {
  export const groups: import('./emoji.ts').EmojiGroup[]
}
declare module 'emojibase-data/en/data.json' {
  export const groups: import('./emoji.ts').EmojiGroup[]
}
declare module 'emojibase-data/es/data.json' {
  export const groups: import('./emoji.ts').EmojiGroup[]
}
declare module 'emojibase-data/ja/data.json' {
  export const groups: import('./emoji.ts').EmojiGroup[]
}
