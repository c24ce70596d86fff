package fleet

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Document is a resource as the call that writes it takes it: a JSON object with the settings that Describe returns, but
// nothing that AWS makes up (ARNs, ids, times, states). A nil Document is a resource that is not there.
type Document map[string]any

// Equal compares two documents by their JSON.
func (d Document) Equal(other Document) bool {
	if (d == nil) != (other == nil) {
		return false
	}
	a, errA := json.Marshal(d)
	b, errB := json.Marshal(other)
	return errA == nil && errB == nil && string(a) == string(b)
}

// Clone copies a document deeply. Numbers become json.Number.
func (d Document) Clone() Document {
	if d == nil {
		return nil
	}
	text, err := json.Marshal(d)
	if err != nil {
		panic("a document that is no JSON: " + err.Error())
	}
	copied, err := ParseDocument(text)
	if err != nil {
		panic("a document that is no JSON: " + err.Error())
	}
	return copied
}

// ParseDocument reads a document from JSON; null is nil. Numbers are kept as they are written.
func ParseDocument(text []byte) (Document, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var d Document
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("read a resource's document: %w", err)
	}
	return d, nil
}
