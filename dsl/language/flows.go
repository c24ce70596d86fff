package language

import "slices"

// anywhere lists the steps that may stand wherever steps may.
func anywhere() []string {
	return []string{"http", "think", "repeat", "choose", "set", "check", "measure", "group"}
}

// Connected lists the steps that need a connection, and so stand only inside a websocket.
func Connected() []string { return []string{"send", "receive", "ping", "close"} }

// within lists the steps that may stand inside a step that only holds others: whether those that need a connection
// may, depends on what is around it.
func within() []string { return slices.Concat(anywhere(), []string{"websocket"}, Connected()) }

var (
	when      = Attribute{Name: "when", Type: Expression, Doc: "The step is left out where this is false.", Example: `when = "iteration > 0"`}
	onError   = Attribute{Name: "on_error", Type: Choice, Values: []string{"stop", "continue"}, Default: `"stop"`, Doc: "Whether a failure ends the session.", Example: `on_error = "continue"`}
	headers   = Attribute{Name: "headers", Type: Texts, Doc: "Headers of the request.", Example: `headers = { Authorization = "Bearer {{ session }}" }`}
	query     = Attribute{Name: "query", Type: Texts, Doc: "Parameters put behind the path, encoded.", Example: `query = { q = "{{ data.words.word }}" }`}
	timeout   = Attribute{Name: "timeout", Type: Duration, Min: 0.001, Doc: "How long it may take, in wall time; without it as the service says.", Example: `timeout = "10s"`}
	checks    = Attribute{Name: "check", Type: Expressions, Doc: "What must hold of the answer; else the operation fails with class check.", Example: `check = ["status == 200", "json.session != ''"]`}
	save      = Attribute{Name: "save", Type: Named, Doc: "Variables to keep for the rest of the session, each with the expression of its value.", Example: `save = { session = "json.session" }`}
	sensitive = Attribute{Name: "sensitive", Type: Constants, Doc: "Which of the saved variables are hidden in every output.", Example: `sensitive = ["session"]`}
)

// flows is the block that holds steps, and the one that holds some of them by weight.
func flows() []Block {
	return []Block{{
		Name: "flow", Label: "name",
		Doc:     "What one user does: steps, in the order of the source. Named in scenarios as `flow.name`.",
		Example: "flow \"browse\" {\n  http \"home\" { get = \"/\" }\n  think { between = [\"1s\", \"3s\"] }\n}",
		Attributes: []Attribute{
			{Name: "description", Type: Constant, Doc: "What it is.", Example: `description = "asks three questions"`},
		},
		Blocks: slices.Concat(anywhere(), []string{"websocket"}),
	}}
}

// steps are the exchanges.
func steps() []Block {
	method := func(name, upper string) Attribute {
		return Attribute{Name: name, Type: Text, Doc: upper + " this path, relative to the service's endpoint.", Example: name + ` = "/api/items/{{ id }}"`}
	}
	return []Block{{
		Name: "http", Label: "step",
		Doc:     "One HTTP exchange, the redirects that it follows included. Exactly one method; at most one of `json`, `form`, `body` and `file`.",
		Example: "http \"login\" {\n  post  = \"/api/login\"\n  json  = { token = var.token }\n  check = \"status == 200\"\n  save  = { session = \"json.session\" }\n}",
		Attributes: []Attribute{
			method("get", "GET"), method("post", "POST"), method("put", "PUT"), method("patch", "PATCH"), method("delete", "DELETE"), method("head", "HEAD"),
			headers, query,
			{Name: "json", Type: JSON, Doc: "The body as JSON. A string that is exactly one `{{ … }}` keeps the type of its value.", Example: `json = { text = "{{ question }}" }`},
			{Name: "form", Type: Texts, Doc: "The body as a form, encoded.", Example: `form = { user = "{{ user }}" }`},
			{Name: "body", Type: Text, Doc: "The body as it stands.", Example: `body = "ping {{ iteration }}"`},
			{Name: "file", Type: File, Doc: "The body from a file, read when the plan is loaded.", Example: `file = "photo.jpg"`},
			{Name: "content_type", Type: Constant, Doc: "Content-Type of the body, in place of its kind's.", Example: `content_type = "image/jpeg"`},
			timeout,
			{Name: "redirects", Type: Count, Default: "10", Max: 100, Doc: "How many redirects are followed, to the service's own host and `allow_hosts`; 0 follows none. One that is not followed is a success.", Example: `redirects = 0`},
			checks, save, sensitive, when, onError,
		},
		Blocks: []string{"auth", "stream"},
	}, stream(), {
		Name: "websocket", Label: "step",
		Doc:     "Opens a WebSocket, runs the steps inside on it, and closes it.",
		Example: "websocket \"chat\" {\n  path = \"/ws\"\n  send { json = { text = \"Hello\" } }\n  receive \"answer\" { until = \"json.type == 'done'\" }\n}",
		Attributes: []Attribute{
			{Name: "path", Type: Text, Required: true, Doc: "Relative to the service's endpoint.", Example: `path = "/ws"`},
			headers, query,
			{Name: "subprotocols", Type: Constants, Doc: "Offered to the server, the preferred one first.", Example: `subprotocols = ["graphql-ws"]`},
			{Name: "deflate", Type: Bool, Default: "false", Doc: "Offer permessage-deflate, by which messages may be compressed.", Example: `deflate = true`},
			timeout, checks, save, sensitive, when, onError,
		},
		Blocks: slices.Concat(anywhere(), Connected()),
	}}
}

// stream is the block that makes an exchange a stream.
func stream() Block {
	return Block{
		Name: "stream", Single: true,
		Doc: "Reads the answer of the http step around it part by part, as it comes: server-sent events, or chunks. It ends with the first part that satisfies `until`, " +
			"and without it with the answer. The whole is one operation; `first_message` is the time to its first part, `gap` the time between two. " +
			"`check` and `save` of the step see `status`, `header` and `elapsed`; those in here see each part as `message` or `json`, and the type of an event as `event`.",
		Example: "stream {\n  until   = \"event == 'done'\"\n  timeout = \"1m\"\n  save    = { answer = \"json.text\" }\n}",
		Attributes: []Attribute{
			{Name: "until", Type: Expression, Doc: "True of the last part waited for; an answer that ends before it fails with class closed.", Example: `until = "event == 'done'"`},
			{Name: "timeout", Type: Duration, Min: 0.001, Doc: "How long the whole may take, in wall time; without it as the step says.", Example: `timeout = "1m"`},
			{Name: "check", Type: Expressions, Doc: "What must hold of every part; else the operation fails with class check.", Example: `check = "json.error == nil"`},
			{Name: "save", Type: Named, Doc: "Variables to keep for the rest of the session, from the last part.", Example: `save = { answer = "json.text" }`},
			sensitive,
			{Name: "raw", Type: Bool, Default: "false", Doc: "Take each chunk as it arrives for a part; without it, parts are server-sent events.", Example: `raw = true`},
		},
	}
}

// messages are the steps inside a WebSocket.
func messages() []Block {
	return []Block{{
		Name: "send", Label: "name", Unlabelled: true,
		Doc:     "Writes one message: exactly one of `json`, `text` and `binary`.",
		Example: "send { json = { text = \"Hello\" } }",
		Attributes: []Attribute{
			{Name: "json", Type: JSON, Doc: "The message as JSON.", Example: `json = { text = "{{ data.questions.text }}" }`},
			{Name: "text", Type: Text, Doc: "The message as it stands.", Example: `text = "ping"`},
			{Name: "binary", Type: Constant, Doc: "A binary message, in base64.", Example: `binary = "AAECAw=="`},
			when,
		},
	}, {
		Name: "receive", Label: "step",
		Doc:     "Waits for messages until one satisfies `until` (without it, for one); each is checked. Its latency runs from the `send` before it.",
		Example: "receive \"answer\" {\n  until   = \"json.type == 'done'\"\n  timeout = \"10s\"\n}",
		Attributes: []Attribute{
			{Name: "until", Type: Expression, Doc: "True of the last message waited for.", Example: `until = "json.type == 'done'"`},
			timeout, checks, save, sensitive, when, onError,
		},
	}, {
		Name: "ping", Label: "name", Unlabelled: true,
		Doc:        "Sends a ping and goes on; the round trip to its pong is a fact.",
		Example:    "ping {}",
		Attributes: []Attribute{when},
	}, {
		Name: "close", Label: "name", Unlabelled: true,
		Doc:     "Closes the WebSocket and waits for the server's close. Without it, that happens after the last step.",
		Example: "close { code = 1000 }",
		Attributes: []Attribute{
			{Name: "code", Type: Count, Default: "1000", Min: 1000, Max: 4999, Doc: "The code of the close frame.", Example: `code = 1001`},
			{Name: "reason", Type: Text, Doc: "The reason in the close frame.", Example: `reason = "done"`},
			when,
		},
	}}
}
