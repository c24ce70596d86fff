package wire

import (
	"bytes"
	"errors"
)

// maxChunkLine bounds the line before a chunk, extensions included, and each line of a trailer.
const maxChunkLine = narrowSize

var errChunk = errors.New("malformed chunk")

// passage says what comes next in a body once nothing is left of the present part.
type passage uint8

const (
	bodyEnd      passage = iota // nothing more
	chunkSize                   // a line with the size of a chunk
	chunkEnd                    // the line end after a chunk
	chunkTrailer                // a line of the trailer, or the empty one after it
)

// pass takes one line of what stands around chunks (RFC 9112, section 7.1). After an error of reading it can be called
// again: only whole lines are taken.
func (b *body) pass() error {
	line, err := b.line()
	if err != nil {
		return err
	}
	switch b.next {
	case chunkEnd:
		if len(line) > 0 {
			return errChunk
		}
		b.next = chunkSize
	case chunkSize:
		if b.left, err = parseChunkSize(line); err != nil {
			return err
		}
		b.next = chunkEnd
		if b.left == 0 {
			b.next = chunkTrailer
		}
	case chunkTrailer:
		if len(line) == 0 {
			b.next = bodyEnd
		}
		if b.trailer -= len(line); b.trailer < 0 {
			return errTooLarge
		}
	}
	return nil
}

// line takes a whole line, and gives it without its end; it is valid until the next read. An error takes nothing.
func (b *body) line() ([]byte, error) {
	for seen := 0; ; {
		here, _ := b.r.Peek(b.r.Buffered())
		here = here[:min(len(here), maxChunkLine)]
		if i := bytes.IndexByte(here[seen:], '\n'); i >= 0 {
			line, ok := bytes.CutSuffix(here[:seen+i+1], []byte("\r\n"))
			if !ok {
				return nil, errChunk
			}
			_, err := b.r.Discard(seen + i + 1)
			return line, err
		}
		if seen = len(here); seen == maxChunkLine {
			return nil, errChunk
		}
		if _, err := b.r.Peek(seen + 1); err != nil {
			return nil, err
		}
	}
}

// parseChunkSize reads hexadecimal digits, up to an extension, which is ignored.
func parseChunkSize(line []byte) (int64, error) {
	digits, _, _ := bytes.Cut(line, []byte{';'})
	digits = bytes.TrimRight(digits, " \t")
	if len(digits) == 0 || len(digits) > 15 {
		return 0, errChunk
	}
	var size int64
	for _, c := range digits {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, errChunk
		}
		size = size<<4 | int64(c)
	}
	return size, nil
}
