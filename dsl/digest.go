package dsl

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/plan"
)

// digests gives every scenario the digest of what affects its load: two runs can be compared where it is equal.
func digests(p *plan.Plan) {
	d := digester{plan: p, parts: map[any]string{}}
	for _, s := range p.Scenarios {
		s.Digest = d.scenario(s)
	}
}

// digester writes values in a canonical form into hashes: what is shared between scenarios once.
type digester struct {
	plan  *plan.Plan
	parts map[any]string // by pointer
}

// silent reports whether a field does not affect the load: where something stands in the files, what it is called, what
// judges it, what identifies us, in which order scenarios run, and what the fleet around it is like.
func silent(owner, field string) bool {
	switch field {
	case "Range", "Offsets", "SLAs", "StopWhen", "Requirement", "After", "Digest", "Environment", "Ready", "Sensitive", "Sources":
		return true
	case "ECS", "Desired", "Metrics", "Guard", "Mirror":
		return owner == "Service"
	case "Pause":
		return owner == "Scenario"
	case "Safety":
		return owner == "Levels"
	case "Name", "Key":
		return owner == "Service" || owner == "Scenario" || owner == "TLS"
	case "CA", "Cert":
		return owner == "TLS"
	}
	return false
}

func (d *digester) scenario(s *plan.Scenario) string {
	var b bytes.Buffer
	d.write(&b, reflect.ValueOf(s).Elem())
	return digest(b.Bytes())
}

// digest is the hash of a canonical form.
func digest(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}

// part is the digest of what a pointer points to.
func (d *digester) part(v reflect.Value) string {
	if known, ok := d.parts[v.Interface()]; ok {
		return known
	}
	var b bytes.Buffer
	d.write(&b, v.Elem())
	sum := digest(b.Bytes())
	d.parts[v.Interface()] = sum
	return sum
}

// write writes a value, with the names of types and fields, so that different plans never look alike.
func (d *digester) write(b *bytes.Buffer, v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil\n")
			return
		}
		b.WriteString("&" + d.part(v) + "\n")
	case reflect.Interface:
		d.write(b, v.Elem())
	case reflect.Struct:
		d.writeStruct(b, v)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b.WriteString(digest(v.Bytes()) + "\n")
			return
		}
		b.WriteString("[" + strconv.Itoa(v.Len()) + "\n")
		for i := range v.Len() {
			d.write(b, v.Index(i))
		}
	case reflect.String:
		b.WriteString(strconv.Quote(d.plan.Secrets.Redact(v.String())) + "\n")
	default:
		fmt.Fprintln(b, v.Interface())
	}
}

func (d *digester) writeStruct(b *bytes.Buffer, v reflect.Value) {
	t := v.Type()
	if t == reflect.TypeFor[hcl.Range]() {
		return
	}
	b.WriteString("{" + t.Name() + "\n")
	for i := range t.NumField() {
		if v.Field(i).IsZero() {
			continue
		}
		field := t.Field(i)
		if silent(t.Name(), field.Name) {
			continue
		}
		b.WriteString(field.Name + " ")
		if field.Name == "Endpoint" {
			b.WriteString(strconv.Quote(withoutHost(v.Field(i).String())) + "\n")
			continue
		}
		d.write(b, v.Field(i))
	}
	b.WriteString("}\n")
}

// withoutHost keeps of an endpoint what shapes the requests. Which host it is does not: the same load may be compared
// between two deployments.
func withoutHost(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	return strings.Join([]string{u.Scheme, u.Path}, " ")
}
