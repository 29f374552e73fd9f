// A part of the guide to the problems.

/** Explains the problems with files. */
export const fileProblems = {
  'files-not-enabled': {
    meaning: 'This instance takes no files.',
    why: 'Its owner has bound no R2 bucket as `FILES`.',
    solution: 'Send messages without files. The owner can turn files on: docs/files.md.',
    request: 'POST /chatroom/lobby/file?name=photo.jpg&userName=danny (with the bytes of the file)',
    detail: 'This instance takes no files. Its owner can add an R2 bucket as FILES: see docs/files.md.',
  },
  'file-not-found': {
    meaning: 'There is no file at this URL, or its link has ended.',
    why: 'The file was deleted with its message, or the URL was cut. In a chatroom that only members read, a link ends within an hour.',
    solution: 'Read the message again: its `files` have new links.',
    request: 'GET /file/Vn5yTz9uQ3mJ1xWb7rKdLg/photo.jpg',
    detail:
      'There is no file at this URL: it was deleted, or its link has ended. Read its message again for a new link.',
  },
  'file-damaged': {
    meaning: 'The file is not what its first bytes say.',
    why: 'A picture is cut off or broken, or a program wrote it wrongly.',
    solution: 'Open the picture in another program, save it again, and upload that.',
    request: 'POST /chatroom/lobby/file?name=photo.jpg&userName=danny (with half of a picture)',
    detail: 'The picture ends too early. Upload the whole file.',
  },
  'file-blocked': {
    meaning: 'Nobody may upload this file here.',
    why: 'Moderators of the site have blocked it, in any chatroom and under any name.',
    solution: 'Choose another file. Admins and moderators of the site see what is blocked on the admin page.',
    request: 'POST /chatroom/lobby/file?name=casino.png&userName=danny (with the bytes of the file)',
    detail: 'This file is blocked on this site. Choose another one.',
  },
  'file-too-large': {
    meaning: 'The file is larger than this instance allows.',
    why: 'The owner has set the size of the largest file (`FILE_BYTES`).',
    solution: 'Make the picture smaller. `files.bytes` in the answer of GET /api/hello is the largest size.',
    request: 'POST /chatroom/lobby/file?name=film.mp4&userName=danny (with 20,000,000 bytes)',
    detail:
      'The file has 20000000 bytes, and the largest file that is allowed here has 10485760. Make it smaller.',
  },
  'upload-limit': {
    meaning: 'You, your address or everybody together have uploaded as much as is allowed on one day.',
    why: 'Limits keep one person from filling the bucket: FILE_BYTES_PER_USER_DAY, FILE_BYTES_PER_ADDRESS_DAY and FILE_BYTES_PER_DAY.',
    solution:
      'Send a smaller file, or wait for the seconds in the `Retry-After` header. If the server is yours, raise the limit and deploy again.',
    request:
      'POST /chatroom/lobby/file?name=film.mp4&userName=danny (with 9,000,000 bytes, after many others)',
    detail:
      'At most 104857600 bytes of files may be uploaded on one day, and you have too few left for this file. Send a smaller one, or try again after midnight UTC.',
  },
  'length-required': {
    meaning: 'The upload does not say how long the file is.',
    why: 'The body was sent as a stream, without the header `Content-Length`.',
    solution: 'Send the file itself: fetch and curl then say its length.',
    request: 'POST /chatroom/lobby/file?name=photo.jpg&userName=danny (with Transfer-Encoding: chunked)',
    detail:
      'The request does not say how long the file is. Send the bytes of the file as the body, with the header Content-Length: fetch and curl do that for a file, and not for a stream.',
  },
  'range-not-satisfiable': {
    meaning: 'The file has no such part.',
    why: 'The header `Range` begins behind the end of the file.',
    solution: 'Ask for a part that the file has. `bytes` of the file is its size.',
    request: 'GET /file/Vn5yTz9uQ3mJ1xWb7rKdLg/song.mp3 (with Range: bytes=90000000-)',
    detail: 'The file has only 12345 bytes. Ask for a part of it that it has.',
  },
}
