import { ParlourRoom } from 'parlour/react'
import { createRoot } from 'react-dom/client'

const root = document.querySelector('#root')
if (root)
  createRoot(root).render(
    <ParlourRoom server="http://localhost:8787" name="vite-react" strings={{ send: 'Go' }} />,
  )
