package dsl

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"plimsoll/dsl/fact"
	"plimsoll/dsl/language"
	"plimsoll/dsl/plan"
)

// dimensions are those of a measure, in the order of its unit's values.
var dimensions = [...]fact.Dimension{fact.Count, fact.Time, fact.Ratio, fact.Bytes}

func (b *block) http() *plan.HTTP {
	h := &plan.HTTP{
		Head: b.stepHead(), Headers: b.headers("headers"), Query: b.templates("query"), Auth: b.auth(), Body: b.body(),
		Timeout: b.duration("timeout"), Redirects: int(b.count("redirects")), Checks: b.expressions("check"), Save: b.saves("save"),
	}
	if method := b.exactlyOne("get", "post", "put", "patch", "delete", "head"); method != "" {
		h.Method, h.Path = strings.ToUpper(method), b.path(method)
	}
	if inner := b.only("stream"); inner != nil {
		h.Stream = &plan.Stream{
			Until: inner.expression("until"), Timeout: inner.duration("timeout"), Checks: inner.expressions("check"),
			Save: inner.saves("save"), Raw: inner.bool("raw"), Range: inner.head,
		}
	}
	if (h.Method == "GET" || h.Method == "HEAD") && b.atMostOne("json", "form", "body", "file") != "" {
		b.l.warn(b.head, fmt.Sprintf("%s with a body", h.Method), "Many servers and proxies ignore it: use post, put or patch if that is not meant.")
	}
	return h
}

// path reads a path, which begins with a slash.
func (b *block) path(name string) plan.Text {
	text := b.template(name)
	n, ok := b.at(name)
	if !ok {
		return text
	}
	if !n.value().IsKnown() {
		return text // why is reported already
	}
	if len(text.Parts) == 0 || text.Parts[0].Expr == nil && !strings.HasPrefix(text.Parts[0].Literal, "/") {
		n.fail(name+" does not begin with a slash", "A path is relative to the service's endpoint, as in \"/api/items\".")
	}
	for _, p := range text.Parts {
		if strings.ContainsAny(p.Literal, " \t\r\n\x00#") {
			n.fail(name+" holds a character that no URL may hold", "Write a space as %20, and # as %23.")
			break
		}
	}
	return text
}

// body reads what a request sends.
func (b *block) body() plan.Body {
	body := plan.Body{Type: b.constant("content_type")}
	switch kind := b.atMostOne("json", "form", "body", "file"); kind {
	case "json":
		body.JSON = b.json(kind)
	case "form":
		body.Form = b.templates(kind)
	case "body":
		text := b.template(kind)
		body.Text = &text
	case "file":
		body.File = b.file(kind)
	}
	if strings.ContainsAny(body.Type, "\r\n") {
		b.fail("content_type holds a line break", "A header is one line.")
	}
	return body
}

func (b *block) websocket() *plan.WebSocket {
	return &plan.WebSocket{
		Head: b.stepHead(), Path: b.path("path"), Headers: b.headers("headers"), Query: b.templates("query"),
		Subprotocols: b.constants("subprotocols"), Deflate: b.bool("deflate"), Timeout: b.duration("timeout"), Checks: b.expressions("check"), Save: b.saves("save"),
		Steps: b.steps(true),
	}
}

func (b *block) send() *plan.Send {
	s := &plan.Send{Head: b.stepHead()}
	switch kind := b.exactlyOne("json", "text", "binary"); kind {
	case "json":
		s.JSON = b.json(kind)
	case "text":
		text := b.template(kind)
		s.Text = &text
	case "binary":
		decoded, err := base64.StdEncoding.DecodeString(b.constant(kind))
		if err != nil {
			n, _ := b.at(kind)
			n.fail("binary is not base64", "Standard base64 with padding, as in \"AAECAw==\".")
		}
		s.Binary = decoded
	}
	return s
}

// closeCode reads a code that an endpoint may send, https://www.rfc-editor.org/rfc/rfc6455#section-7.4.
func (b *block) closeCode() int {
	code := int(b.count("code"))
	switch {
	case code == 1004, code == 1005, code == 1006, code == 1015, code > 1015 && code < 3000:
		n, _ := b.at("code")
		n.fail(fmt.Sprintf("%d is no code that may be sent", code), "Use 1000, 1001, or one of 3000 to 4999.")
	}
	return code
}

func (b *block) think() *plan.Think {
	t := &plan.Think{Head: b.stepHead()}
	kind := b.exactlyOne("fixed", "between", "normal", "exponential")
	if kind == "" {
		return t
	}
	n, a, _ := b.attribute(kind)
	switch kind {
	case "fixed":
		t.Min = b.duration(kind)
	case "between":
		t.Distribution = plan.Uniform
		t.Min, t.Max = n.span(a)
	default:
		t.Distribution = plan.Normal
		if kind == "exponential" {
			t.Distribution = plan.Exponential
		}
		if o, ok := n.fields(a); ok {
			t.Mean, t.Min, t.Max = o.duration("mean"), o.duration("min"), o.longest()
			if kind == "normal" {
				t.StdDev = o.duration("deviation")
			}
		}
		if t.Min > t.Max || t.Mean < t.Min || t.Mean > t.Max {
			n.fail(fmt.Sprintf("%s: the mean does not lie between min and max", kind), example(a))
		}
	}
	return t
}

// longest is the upper bound of a drawn think time.
func (b *block) longest() time.Duration {
	if b.has("max") {
		return b.duration("max")
	}
	return 10 * b.duration("mean")
}

// span reads a list of two durations, the shorter first.
func (n node) span(a *language.Attribute) (low, high time.Duration) {
	items := n.items()
	if len(items) != 2 {
		n.fail(n.name+" takes two durations", example(a))
		return 0, 0
	}
	low, first := items[0].duration(a)
	high, second := items[1].duration(a)
	if first && second && low > high {
		n.fail(fmt.Sprintf("%s: the first is longer than the second", n.name), example(a))
	}
	return low, high
}

func (b *block) repeat(connected bool) *plan.Repeat {
	r := &plan.Repeat{
		Head: b.stepHead(), Times: int(b.count("times")), While: b.expression("while"), For: b.duration("for"), Steps: b.steps(connected),
	}
	if each, ok := b.reference("each"); ok {
		r.Each = b.l.data[each]
	}
	if !b.has("times") && !b.has("while") && !b.has("for") {
		b.fail("repeat without an end", "Give times, while or for.")
	}
	if len(r.Steps) == 0 {
		b.fail("repeat holds no steps", "Give it at least one.")
	}
	return r
}

func (b *block) choose(connected bool) *plan.Choose {
	c := &plan.Choose{Head: b.stepHead()}
	seen := map[string]hcl.Range{}
	for _, o := range b.all("option") {
		if first, again := seen[o.label]; again {
			o.fail(fmt.Sprintf("a second option %q", o.label), "The first stands at "+place(first)+".")
		}
		seen[o.label] = o.head
		c.Options = append(c.Options, plan.Option{Name: o.label, Weight: o.weight(), Steps: o.steps(connected)})
	}
	if len(c.Options) == 0 {
		b.fail("choose has no option", "Give it at least one: option \"<name>\" { … }.")
	}
	return c
}

// weight reads a share, which is above zero.
func (b *block) weight() float64 {
	w := b.number("weight")
	if n, ok := b.at("weight"); ok && w == 0 && n.value().IsKnown() {
		n.fail("weight must be above zero", "Leave the block out in place of giving it no weight.")
	}
	return w
}
