# An answer that comes as server-sent events: how long until its first part, how evenly the rest follows, when it is complete.
# It runs against a simulated service, in HTTP/2 as browsers hear events, until an endpoint is given.
#
#   plimsoll run plans/stream

plan {
  description = "Does the answer begin at once, and flow?"
}

variable "duration" {
  type    = string
  default = "1m"
}

service "chat" {
  http = 2
  simulate {
    tasks        = 2
    slots        = 16
    service_time = { mean = "10ms", sigma = 0.3 }
    queue        = 100
    parts        = 5
    part_gap     = "30ms"
  }
}

flow "listen" {
  http "question" {
    get   = "/sse"
    query = { text = "Where is order {{ random(1000, 9999) }}?" }
    check = ["status == 200"]
    stream {
      until   = "event == 'done'"
      timeout = "10s"
      check   = ["json.type != 'error'"]
      save    = { last = "json.type" }
    }
  }
  check { assert = ["last == 'done'"] }
  think { between = ["100ms", "300ms"] }
}

baseline "normal" {
  service  = service.chat
  flow     = flow.listen
  users    = 20
  duration = var.duration
  sla "begins at once" { assert = "step.listen.question.first_message.p95 < 200ms" }
  sla "flows" { assert = "step.listen.question.gap.p95 < 100ms and error_rate < 1%" }
}
