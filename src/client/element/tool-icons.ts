import { icon } from './icons.ts'

// The icons of the parts that load on use. Each part has those that it uses.

export const edit = /* @__PURE__ */ icon('m3 13 .7-3L11 2.7 13.3 5 6 12.3z')
export const remove = /* @__PURE__ */ icon('M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.6 9h6.8l.6-9')
export const preview = /* @__PURE__ */ icon(
  'M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6',
)
export const reply = /* @__PURE__ */ icon('M6.5 3.5 2.5 7.5l4 4M2.5 7.5h7a4 4 0 0 1 4 4v1')
export const link = /* @__PURE__ */ icon(
  'M6.5 9.5l3-3M7.5 4.7l1.4-1.4a2.7 2.7 0 0 1 3.8 3.8l-1.4 1.4M8.5 11.3l-1.4 1.4a2.7 2.7 0 0 1-3.8-3.8l1.4-1.4',
)
export const down = /* @__PURE__ */ icon('M8 3v10M3.5 8.5 8 13l4.5-4.5')
export const close = /* @__PURE__ */ icon('m4 4 8 8M12 4l-8 8')
export const react = /* @__PURE__ */ icon(
  'M14.5 8A6.5 6.5 0 1 1 8 1.5M5.2 9.5a3.2 3.2 0 0 0 5.6 0M5.7 6v.4M10.3 6v.4M13 1v4M11 3h4',
)
export const more = /* @__PURE__ */ icon('M3.5 8v.01M8 8v.01M12.5 8v.01')
export const pin = /* @__PURE__ */ icon('M5.5 2h5l-.7 5 2.2 2.5H4L6.2 7zM8 9.5V14')
export const mention = /* @__PURE__ */ icon(
  'M10.5 8a2.5 2.5 0 1 0-5 0 2.5 2.5 0 1 0 5 0v1a1.75 1.75 0 0 0 3.5 0V8a6 6 0 1 0-2.4 4.8',
)
export const bell = /* @__PURE__ */ icon('M3 12h10l-1.5-2V7a3.5 3.5 0 0 0-7 0v3zM6.8 14h2.4')
export const bellOff = /* @__PURE__ */ icon('M3 12h10l-1.5-2V7a3.5 3.5 0 0 0-7 0v3zM6.8 14h2.4M2.5 2l11 12.5')
export const held = /* @__PURE__ */ icon('M4 2h8M4 14h8M4.5 2v2.5L8 8l3.5-3.5V2M4.5 14v-2.5L8 8l3.5 3.5V14')
export const mute = /* @__PURE__ */ icon('M2.5 6v4H5l3.5 3V3L5 6zM11 6l3.5 4M14.5 6 11 10')
export const ban = /* @__PURE__ */ icon('M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2M3.8 3.8l8.4 8.4')
export const report = /* @__PURE__ */ icon('M4 14V2.5h8.5l-2 3 2 3H4')
