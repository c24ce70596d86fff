package metrics

import (
	"encoding/binary"
	"math"

	"github.com/DataDog/sketches-go/ddsketch/store"
)

// version is the first byte of an encoded view or histogram. It changes with Accuracy, classes, events and fields.
const version = 2

// Encode appends the histogram in a compact form that DecodeHistogram reads: about two bytes for each of its bins.
func (h *Histogram) Encode(b []byte) []byte { return appendHistogram(append(b, version), h) }

// Encode appends the view in a compact form that DecodeView reads.
func (v *View) Encode(b []byte) []byte {
	b = append(b, version)
	b = binary.AppendUvarint(b, uint64(len(v.Phase)))
	b = append(b, v.Phase...)
	b = appendInts(b, v.From, v.To, int64(v.Measured), int64(v.Oldest))
	for _, n := range v.counters() {
		b = binary.AppendVarint(b, *n)
	}
	b = appendInts(b, v.Classes[:]...)
	b = appendInts(b, v.Events[:]...)
	for _, h := range v.sketches() {
		b = appendHistogram(b, *h)
	}
	b = binary.AppendUvarint(b, uint64(len(v.Steps)))
	for i := range v.Steps {
		b = v.Steps[i].encode(b)
	}
	return appendHistograms(appendHistograms(b, v.Groups), v.Measures)
}

// encode appends a zero for a step that measured nothing.
func (s *StepView) encode(b []byte) []byte {
	if s.empty() {
		return append(b, 0)
	}
	b = append(b, 1)
	for _, n := range s.counters() {
		b = binary.AppendVarint(b, *n)
	}
	b = appendInts(b, s.Classes[:]...)
	for _, h := range s.sketches() {
		b = appendHistogram(b, *h)
	}
	return b
}

func (s *StepView) empty() bool {
	for _, n := range s.counters() {
		if *n != 0 {
			return false
		}
	}
	for _, h := range s.sketches() {
		if (*h).Count() != 0 {
			return false
		}
	}
	return s.Classes == [NumClasses]int64{}
}

func appendInts(b []byte, values ...int64) []byte {
	for _, n := range values {
		b = binary.AppendVarint(b, n)
	}
	return b
}

func appendHistograms(b []byte, all []*Histogram) []byte {
	b = binary.AppendUvarint(b, uint64(len(all)))
	for _, h := range all {
		b = appendHistogram(b, h)
	}
	return b
}

func appendHistogram(b []byte, h *Histogram) []byte {
	b = binary.AppendUvarint(b, uint64(h.Count()))
	switch h.Count() {
	case 0:
		return b
	case 1:
		return appendFloats(b, h.sum)
	}
	b = appendFloats(b, h.sum, h.squares, h.min, h.max)
	b = binary.AppendUvarint(b, uint64(h.zeros))
	return appendBins(appendBins(b, h.positive), h.negative)
}

func appendFloats(b []byte, values ...float64) []byte {
	for _, f := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
	}
	return b
}

// appendBins appends the number of bins that are not empty and of each its distance from the one before and its count.
func appendBins(b []byte, s *store.CollapsingLowestDenseStore) []byte {
	if s == nil || s.IsEmpty() {
		return append(b, 0)
	}
	used := uint64(0)
	s.ForEach(func(int, float64) bool { used++; return false })
	b = binary.AppendUvarint(b, used)
	last := minBin
	s.ForEach(func(bin int, count float64) bool {
		b = binary.AppendUvarint(b, uint64(bin-last))
		b = binary.AppendUvarint(b, uint64(count))
		last = bin
		return false
	})
	return b
}
