# Load on the one service that can be loaded here. Times are plan time: at speed 60, an hour is a minute.

flow "visit" {
  http "home" { get = "/api/items" }
  think { between = ["150ms", "250ms"] }
}

baseline "normal" {
  description = "a normal day, on as few tasks as there are"
  service     = service.web
  flow        = flow.visit
  users       = 10
  duration    = "4m"
  sla "one task is enough" { assert = "ecs.self.tasks.max == 1" }
}

# Sixty users keep a task busy. The alarm of a target looks back three minutes, and a task takes a minute to start; then
# there are two, and four. When the load is gone, fifteen quiet minutes pass before the first tasks are taken away.
# With the account as it was, three tasks are the most, and "has room" fails. Adjusted, it passes.
spike "launch" {
  service = service.web
  flow    = flow.visit
  users   = { base = 5, peak = 60, before = "2m", rise = "30s", hold = "15m", settle = "40m" }

  sla "scales out" { assert = "ecs.self.scale_out.running < 7m and ecs.self.tasks.max > 1" }
  sla "scales in" { assert = "ecs.self.scale_in.running < 30m" }
  sla "has room" { assert = "ecs.self.scaling.at_max == 0s and ecs.self.tasks.max <= 50" }
  sla "keeps still" { assert = "ecs.self.scaling.flaps == 0 and ecs.self.stopped == 0" }
}
