package metrics

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// decodable bounds the memory that bytes from outside may make a decoder take.
const decodable = 128 << 20

// About how much memory a step and a histogram without bins take.
const (
	stepBytes      = 256
	histogramBytes = 256
)

// The lowest and the highest bin that a histogram fills.
var minBin, maxBin = scale.Index(tiny), scale.Index(huge)

var (
	errCorrupt  = errors.New("truncated, damaged, or written by another version; it must be recorded again")
	errTooLarge = errors.New("more steps or bins than any run has; it must be recorded again")
)

// DecodeHistogram reads what Histogram.Encode wrote. It takes at most 128 MB, whatever the bytes.
func DecodeHistogram(b []byte) (*Histogram, error) {
	d := decoder{b: b, room: decodable}
	d.version()
	var h *Histogram
	d.histogram(&h, new(pool))
	if err := d.end(); err != nil {
		return nil, fmt.Errorf("decode histogram: %w", err)
	}
	return or(h), nil
}

// DecodeView reads what View.Encode wrote. It takes at most 128 MB, whatever the bytes.
func DecodeView(b []byte) (View, error) {
	d := decoder{b: b, room: decodable}
	var v View
	d.view(&v, new(pool))
	if err := d.end(); err != nil {
		return View{}, fmt.Errorf("decode view: %w", err)
	}
	return v, nil
}

// absorb adds an encoded view, one of our own, to v.
func (v *View) absorb(b []byte, p *pool) {
	d := decoder{b: b, room: math.MaxInt}
	d.view(v, p)
	if err := d.end(); err != nil {
		panic(err)
	}
}

// decoder reads encoded values from the front of b. After the first error it reads zeros.
type decoder struct {
	b    []byte
	room int // bytes that may still be allocated
	err  error
}

func (d *decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.b = nil
}

func (d *decoder) end() error {
	if len(d.b) > 0 {
		d.fail(errCorrupt)
	}
	return d.err
}

// take says that so many things of so many bytes will be allocated, and returns how many may be.
func (d *decoder) take(n uint64, bytes int) int {
	if n > uint64(max(0, d.room)/bytes) {
		d.fail(errTooLarge)
		return 0
	}
	d.room -= int(n) * bytes
	return int(n)
}

func (d *decoder) byte() byte {
	if len(d.b) == 0 {
		d.fail(errCorrupt)
		return 0
	}
	c := d.b[0]
	d.b = d.b[1:]
	return c
}

func (d *decoder) version() {
	if d.byte() != version {
		d.fail(errCorrupt)
	}
}

func (d *decoder) uint() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.fail(errCorrupt)
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) int() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.fail(errCorrupt)
		return 0
	}
	d.b = d.b[size:]
	return n
}

// length reads how many things follow, each of which takes a byte at least.
func (d *decoder) length() uint64 {
	n := d.uint()
	if n > uint64(len(d.b)) {
		d.fail(errCorrupt)
		return 0
	}
	return n
}

func (d *decoder) float() float64 {
	if len(d.b) < 8 {
		d.fail(errCorrupt)
		return 0
	}
	f := math.Float64frombits(binary.LittleEndian.Uint64(d.b))
	d.b = d.b[8:]
	return f
}

func (d *decoder) string() string {
	n := d.length()
	s := string(d.b[:n])
	d.b = d.b[n:]
	return s
}
