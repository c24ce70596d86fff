package aws

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/fxamacker/cbor/v2"
)

// Time is an instant as AWS writes it: seconds since 1970 in JSON and CBOR, RFC 3339 in XML. Reading
// takes both, so that what the AWS CLI prints can be read back. Precision is a millisecond.
type Time struct{ time.Time }

const (
	cborEpochTag  = 1
	latestSeconds = 1 << 38 // far beyond any year that time.Time can print
)

// MarshalJSON writes seconds since 1970.
func (t Time) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, t.seconds(), 'f', -1, 64), nil
}

// UnmarshalJSON reads seconds since 1970, or a string in RFC 3339.
func (t *Time) UnmarshalJSON(text []byte) error {
	var seconds float64
	if json.Unmarshal(text, &seconds) == nil {
		return t.set(seconds)
	}
	return json.Unmarshal(text, &t.Time)
}

// MarshalCBOR writes epoch-based date/time, tag 1.
func (t Time) MarshalCBOR() ([]byte, error) {
	return cbor.Marshal(cbor.Tag{Number: cborEpochTag, Content: t.seconds()})
}

// UnmarshalCBOR reads epoch-based date/time, tag 1.
func (t *Time) UnmarshalCBOR(data []byte) error {
	var tag cbor.Tag
	if err := cbor.Unmarshal(data, &tag); err != nil {
		return fmt.Errorf("read a timestamp: %w", err)
	}
	switch v := tag.Content.(type) {
	case float64:
		return t.set(v)
	case uint64:
		return t.set(float64(v))
	case int64:
		return t.set(float64(v))
	}
	return fmt.Errorf("read a timestamp: %T is no number of seconds", tag.Content)
}

func (t Time) seconds() float64 { return float64(t.UnixMilli()) / 1000 }

func (t *Time) set(seconds float64) error {
	if math.IsNaN(seconds) || math.Abs(seconds) > latestSeconds {
		return fmt.Errorf("read a timestamp: %g is out of range", seconds)
	}
	t.Time = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
	return nil
}
