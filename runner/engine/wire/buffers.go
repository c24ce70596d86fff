package wire

import (
	"bufio"
	"compress/flate"
	"io"
	"sync"
)

const (
	narrowSize  = 4 << 10  // of a reader, unless a header needs more
	scratchSize = 32 << 10 // for what is discarded, and for head and body written as one
	keptMessage = 64 << 10 // a larger message buffer is left to the garbage collector
)

// buffers lends connections what they need only while something is under way, so that a waiting one holds none.
type buffers struct {
	narrow, wide sync.Pool // *bufio.Reader
	scratch      sync.Pool // *[]byte of scratchSize
	messages     sync.Pool // *[]byte, empty
	questions    sync.Pool // *question
	inflaters    sync.Pool // io.ReadCloser that is a flate.Resetter
}

func (b *buffers) reader(from io.Reader) *bufio.Reader {
	if r, ok := b.narrow.Get().(*bufio.Reader); ok {
		r.Reset(from)
		return r
	}
	return bufio.NewReaderSize(from, narrowSize)
}

func (b *buffers) wideReader(from io.Reader, size int) *bufio.Reader {
	if r, ok := b.wide.Get().(*bufio.Reader); ok {
		r.Reset(from)
		return r
	}
	return bufio.NewReaderSize(from, size)
}

func (b *buffers) giveReader(r *bufio.Reader) {
	wide := r.Size() > narrowSize
	r.Reset(nil)
	if wide {
		b.wide.Put(r)
	} else {
		b.narrow.Put(r)
	}
}

func (b *buffers) takeScratch() *[]byte {
	if p, ok := b.scratch.Get().(*[]byte); ok {
		return p
	}
	p := make([]byte, scratchSize)
	return &p
}

func (b *buffers) takeQuestion() *question {
	if q, ok := b.questions.Get().(*question); ok {
		return q
	}
	return newQuestion()
}

func (b *buffers) takeInflater() io.ReadCloser {
	if r, ok := b.inflaters.Get().(io.ReadCloser); ok {
		return r
	}
	return flate.NewReader(nil)
}

func (b *buffers) takeMessage() *[]byte {
	if p, ok := b.messages.Get().(*[]byte); ok {
		return p
	}
	return new([]byte)
}

func (b *buffers) giveMessage(p *[]byte) {
	if cap(*p) <= keptMessage {
		*p = (*p)[:0]
		b.messages.Put(p)
	}
}
