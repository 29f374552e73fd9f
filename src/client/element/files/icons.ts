import { icon } from '../icons.ts'

export const file = /* @__PURE__ */ icon('M9 1.5H4v13h8.5V5zM9 1.5V5h3.5')
export const sound = /* @__PURE__ */ icon(
  'M6 12.5V3.5l7-1.5v9M6 12.5a1.9 1.9 0 1 1-3.8 0 1.9 1.9 0 0 1 3.8 0M13 11a1.9 1.9 0 1 1-3.8 0A1.9 1.9 0 0 1 13 11',
)
export const attach = /* @__PURE__ */ icon(
  'M13.5 7.5 8 13a3.5 3.5 0 0 1-5-5l6-6a2.3 2.3 0 0 1 3.3 3.3l-6 6a1.2 1.2 0 0 1-1.7-1.7l5.4-5.4',
)
export const camera = /* @__PURE__ */ icon(
  'M1.5 5h3l1.2-2h4.6l1.2 2h3v8h-13zM8 6.2a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8',
)
export const previous = /* @__PURE__ */ icon('M10 3 5 8l5 5')
export const next = /* @__PURE__ */ icon('m6 3 5 5-5 5')
export const download = /* @__PURE__ */ icon('M8 2v8M4.5 6.5 8 10l3.5-3.5M2.5 13.5h11')
export const zoomIn = /* @__PURE__ */ icon(
  'M10.3 10.3 14 14M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M7 5v4M5 7h4',
)
export const zoomOut = /* @__PURE__ */ icon(
  'M10.3 10.3 14 14M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M5 7h4',
)
