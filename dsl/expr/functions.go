package expr

import "slices"

// Function is a function of flows, as a reference describes it. Operators that read like words stand among them.
type Function struct{ Name, Signature, Doc, Example string }

// Functions lists the functions of flows in the order of the reference.
// The caller may keep the list.
func Functions() []Function { return slices.Clone(functions) }

// ours are implemented here; all others are expr-lang's, https://expr-lang.org/docs/language-definition.
var ours = map[string]bool{"has": true, "uuid": true, "random": true, "now": true, "string": true, "fromJSON": true}

var functions = []Function{
	{"has", "has(path) bool", "Whether a field, header, variable or column is there.", "has(json.session)"},
	{"uuid", "uuid() text", "A random UUID (version 4), the same again where the seed is.", "uuid()"},
	{"random", "random(a, b) number", "A whole number from a to b, both included, the same again where the seed is.", "random(1, 6)"},
	{"now", "now() number", "Seconds since 1970 in UTC, with a fraction.", "now() - json.sent_at"},

	{"len", "len(text, list or object) number", "Its length: bytes of a text, items of a list, names of an object.", "len(json.items) > 0"},
	{"contains", "text contains text", "Whether the second stands in the first.", "body contains 'welcome'"},
	{"startsWith", "text startsWith text", "Whether the first begins with the second.", "header['content-type'] startsWith 'application/json'"},
	{"endsWith", "text endsWith text", "Whether the first ends with the second.", "json.url endsWith '.png'"},
	{"matches", "text matches pattern", "Whether a regular expression (RE2) is found in the text.", "body matches 'id=[0-9]+'"},
	{"in", "value in list or object", "Whether a list holds the value, or an object the name.", "status in [200, 201]"},

	{"lower", "lower(text) text", "The text in lower case.", "lower(json.state) == 'done'"},
	{"upper", "upper(text) text", "The text in upper case.", "upper(json.state) == 'DONE'"},
	{"trim", "trim(text) text", "The text without blanks around it.", "trim(body) == 'ok'"},
	{"trimPrefix", "trimPrefix(text, prefix) text", "The text without the prefix.", "trimPrefix(header.location, '/items/')"},
	{"trimSuffix", "trimSuffix(text, suffix) text", "The text without the suffix.", "trimSuffix(json.name, '.png')"},
	{"split", "split(text, separator) list", "The parts of the text.", "split(body, ',')[0]"},
	{"join", "join(list, separator) text", "The texts of a list in one.", "join(map(json.items, .name), ',')"},
	{"indexOf", "indexOf(text, part) number", "Where the part begins, in bytes; -1 where it is not in the text.", "indexOf(body, '=') > 0"},

	{"int", "int(value) number", "A whole number from a text or a number.", "int(header['x-remaining']) > 0"},
	{"float", "float(value) number", "A number from a text or a number.", "float(body) < 0.5"},
	{"string", "string(value) text", "The value as a text, written as {{ … }} writes it.", "'user-' + string(user)"},
	{"type", "type(value) text", "nil, bool, int, float, string, array or map.", "type(json.id) == 'string'"},
	{"abs", "abs(number) number", "The number without its sign.", "abs(json.offset) < 10"},
	{"ceil", "ceil(number) number", "The number rounded up.", "ceil(json.price) == 3"},
	{"floor", "floor(number) number", "The number rounded down.", "floor(json.price) == 2"},
	{"round", "round(number) number", "The number rounded to the nearest whole one.", "round(json.price) == 3"},
	{"min", "min(numbers or a list) number", "The least.", "min(json.prices) > 0"},
	{"max", "max(numbers or a list) number", "The greatest.", "max(json.prices) < 100"},
	{"sum", "sum(list) number", "The sum of a list of numbers.", "sum(json.prices) > 0"},

	{"all", "all(list, condition) bool", "Whether the condition holds for every item; .name reads an item's field, # the item.", "all(json.items, .price > 0)"},
	{"any", "any(list, condition) bool", "Whether it holds for one at least.", "any(json.items, .id == 7)"},
	{"none", "none(list, condition) bool", "Whether it holds for none.", "none(json.items, .sold)"},
	{"one", "one(list, condition) bool", "Whether it holds for exactly one.", "one(json.items, .first)"},
	{"count", "count(list, condition) number", "For how many it holds.", "count(json.items, .sold) < 3"},
	{"filter", "filter(list, condition) list", "The items for which it holds.", "len(filter(json.items, .price > 10)) > 0"},
	{"find", "find(list, condition) value", "The first item for which it holds; nil without.", "find(json.items, .id == 7) != nil"},
	{"map", "map(list, value) list", "The value for each item.", "map(json.items, .id)"},
	{"first", "first(list) value", "The first item; nil without.", "first(json.items) != nil"},
	{"last", "last(list) value", "The last item; nil without.", "last(json.items) != nil"},
	{"keys", "keys(object) list", "The names of an object, in no order.", "len(keys(json.prices)) == 3"},
	{"values", "values(object) list", "The values of an object, in no order.", "sum(values(json.prices)) > 0"},
	{"fromJSON", "fromJSON(text) value", "JSON that stands in a text.", "fromJSON(json.payload).id"},
	{"toBase64", "toBase64(text) text", "The text in base64.", "toBase64('user:secret')"},
	{"fromBase64", "fromBase64(text) text", "The text that base64 holds.", "fromBase64(json.token) contains 'admin'"},
}

// Name is something that the expressions of a flow may read, as a reference describes it.
type Name struct{ Name, Type, When, Doc, Example string }

// FlowNames lists the names that every flow has, besides saved variables and data.<name>.<column>. The caller may keep it.
func FlowNames() []Name {
	list := make([]Name, len(readable))
	for i, r := range readable {
		list[i] = Name{r.name, r.kind, r.when(), r.doc, r.example}
	}
	return list
}

// readableName is a name with the moments at which it can be read.
type readableName struct {
	name, kind string
	source     origin
	moments    []Moment
	doc        string
	example    string
}

func (r readableName) when() string {
	exchange, message := slices.Contains(r.moments, AfterExchange), slices.Contains(r.moments, AfterMessage)
	switch {
	case slices.Contains(r.moments, Anytime):
		return "always"
	case exchange && message:
		return "after an exchange or a message"
	case exchange:
		return "after an exchange"
	case message:
		return "after a message"
	}
	return "after an event of a stream"
}

// The moments at which names can be read.
var (
	always   = []Moment{Anytime, AfterExchange, AfterMessage, AfterEvent, AfterHead}
	heads    = []Moment{AfterExchange, AfterHead}
	messages = []Moment{AfterMessage, AfterEvent}
	contents = []Moment{AfterExchange, AfterMessage, AfterEvent}
	received = []Moment{AfterExchange, AfterMessage, AfterEvent, AfterHead}
)

var readable = []readableName{
	{"user", "number", fromUser, always, "The number of the virtual user.", "user % 2 == 0"},
	{"iteration", "number", fromIteration, always, "How many sessions this user has begun before.", "iteration == 0"},
	{"status", "number", fromStatus, heads, "The status code of the answer.", "status == 200"},
	{"header", "object", fromHeader, heads, "The headers of the answer; a header.x or header['x-y'] is a text, whatever its letters' case.", "header['content-type'] contains 'json'"},
	{"body", "text", fromBody, []Moment{AfterExchange}, "The body of the answer.", "body contains 'welcome'"},
	{"message", "text", fromBody, messages, "The WebSocket message, the data of an event of a stream, or the chunk of a raw one.", "message == 'pong'"},
	{"event", "text", fromEvent, []Moment{AfterEvent}, "The type of the event; message where it names none.", "event == 'done'"},
	{"json", "value", fromJSON, contents, "The body or message as JSON.", "json.session != ''"},
	{"elapsed", "time", fromElapsed, received, "How long the step took, in seconds where it is used as a number.", "elapsed < 500ms"},
}
