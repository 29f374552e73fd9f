import { ParlourRoom } from 'parlour/react'

export default function Page() {
  return <ParlourRoom server="http://localhost:8787" name="next" strings={{ send: 'Go' }} />
}
