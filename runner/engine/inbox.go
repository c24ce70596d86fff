package engine

// inboxSize bounds what waits for a session to receive it, in bytes.
const inboxSize = 64 << 10

// inbox holds the messages that came outside a receive, oldest first, in one buffer.
type inbox struct {
	bytes   []byte
	letters []letter
	taken   int // letters that are out, from the front
	start   int // of the first letter that is not
}

type letter struct {
	size int
	at   int64 // of arrival
}

// small is a buffer that an empty inbox keeps.
const small = 512

// push adds a message, dropping the oldest where there is no room; it returns how many were dropped, itself perhaps included.
func (b *inbox) push(data []byte, at int64) (dropped int) {
	if len(data) > inboxSize {
		return 1
	}
	for len(b.bytes)-b.start+len(data) > inboxSize {
		b.skip()
		dropped++
	}
	if b.start > len(b.bytes)/2 {
		b.bytes = append(b.bytes[:0], b.bytes[b.start:]...)
		b.letters = append(b.letters[:0], b.letters[b.taken:]...)
		b.start, b.taken = 0, 0
	}
	b.bytes = append(b.bytes, data...)
	b.letters = append(b.letters, letter{len(data), at})
	return dropped
}

// pop takes the oldest message out; it is valid until the next push.
func (b *inbox) pop() (data []byte, at int64, ok bool) {
	if b.taken == len(b.letters) {
		b.empty()
		return nil, 0, false
	}
	l := b.letters[b.taken]
	data = b.bytes[b.start : b.start+l.size]
	b.skip()
	return data, l.at, true
}

func (b *inbox) skip() {
	b.start += b.letters[b.taken].size
	b.taken++
}

func (b *inbox) empty() {
	b.letters, b.taken, b.start = b.letters[:0], 0, 0
	b.bytes = b.bytes[:0]
	if cap(b.bytes) > small {
		b.bytes, b.letters = nil, nil
	}
}
