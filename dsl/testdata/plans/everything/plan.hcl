# Every block and attribute of the language, each at least once.
plan {
  description = "everything"
  notify      = "arn:aws:sns:us-east-1:123456789012:alerts"
  environment = local.stage
  seed        = 42
  state       = "s3://example-state/everything"
  include     = ["../common"]
}

variable "password" {
  type        = string
  description = "of the load user"
  default     = "correct horse"
  sensitive   = true
  validation {
    condition     = length(regexall(" ", var.password)) == 1
    error_message = "Two words."
  }
}

locals {
  stage  = lower("STAGING")
  shapes = { small = { from = 1, to = 3, step = 2, every = "10s" } }
  minute = duration("1m")
}

service "web" {
  for_each        = { eu = 10, us = 20 }
  endpoint        = "wss://${each.key}.example.com/base/"
  environment     = "production"
  headers         = { Accept = "text/{{ user }}" }
  timeout         = "5s"
  connect_timeout = "1s"
  dns             = "10s"
  max_age         = "0s"
  http            = 2
  source          = ["127.0.0.1", "127.0.0.4-127.0.0.6"]
  body_limit      = "1MiB"
  allow_hosts     = ["login.example.com"]
  auth {
    user     = "load"
    password = var.password
  }
  tls {
    ca                   = "ca.pem"
    cert                 = "ca.pem"
    key                  = "ca.pem"
    server_name          = "web.internal"
    session_resumption   = true
    insecure_skip_verify = true
  }
  requirement {
    users            = each.value
    peak_users       = each.value * 2
    rate             = "60/m"
    peak_rate        = "7200/h"
    connections      = 5
    peak_connections = 6
    think            = "10s"
    source           = "a page"
    agreed_by        = "product"
    agreed_on        = "2026-11-02"
    review_after     = "2027-05-01"
    peak_hours       = "18:00-21:00"
  }
}

service "sim" {
  simulate {
    tasks        = 2
    slots        = 4
    service_time = { mean = "20ms", sigma = 0.3 }
    queue        = 50
    connections  = 500
    start_time   = "90s"
    on_full      = "slow"
    errors       = "1%"
    parts        = 3
    part_gap     = "5ms"
    speed        = 60
  }

  mirror = service.hidden
  ecs {
    cluster       = "beta"
    service       = "arn:aws:ecs:us-east-1:123456789012:service/beta/sim"
    region        = "us-east-1"
    account       = "123456789012"
    profile       = "beta"
    role          = "arn:aws:iam::123456789012:role/plimsoll"
    owner         = "terraform"
    container     = "app"
    load_balancer = "front"
    target_group  = "sim"
    adopt         = true
  }
  desired {
    cpu                = 1024
    memory             = 2048
    nofile             = 65536
    tasks              = { min = 1, max = 50 }
    cooldown           = { out = "0s", in = "600s" }
    container_insights = true
    platform           = "1.4.0"
    capacity_provider  = "FARGATE_SPOT"
    track "cpu" {
      target          = "55%"
      high_resolution = true
      name            = "sim-cpu"
    }
    track "memory" { target = "70%" }
    track "requests" { target = 1000 }
    track "connections" { target = 500 }
    track "custom" {
      target = "80%"
      metric {
        name      = "WorkersBusy"
        namespace = "Shop"
        unit      = "percent"
      }
    }
    scheduled "once" {
      schedule = "at(2026-12-01T08:00:00)"
      timezone = "Europe/Berlin"
      min      = 10
      max      = 60
      name     = "sim-once"
    }
    alarm "busy" {
      metric     = "QueueAge"
      namespace  = "Shop"
      dimensions = { Queue = "orders" }
      statistic  = "p99"
      period     = "5m"
      above      = 30
      for        = 2
      missing    = "ignore"
      notify     = ["arn:aws:sns:us-east-1:123456789012:night"]
      name       = "sim-busy"
    }
    alarm "low" {
      metric = "CPUUtilization"
      below  = "5%"
    }
    alarm "slow" {
      metric = "TargetResponseTime"
      above  = "800ms"
    }
    alarm "traffic" {
      metric = "NetworkRxBytes"
      above  = "10MB"
    }
    throttle {
      web_acl  = "edge"
      rate     = 2000
      window   = "60s"
      per      = "forwarded_ip"
      action   = "block"
      priority = 10
      name     = "sim-rate"
    }
  }
  metric "db_cpu" {
    name       = "CPUUtilization"
    namespace  = "AWS/RDS"
    dimensions = { DBInstanceIdentifier = "orders" }
    statistic  = "Maximum"
    period     = "60s"
    unit       = "percent"
  }
  guard {
    max_tasks = 60
    max_cost  = 20.5
  }
  sla "fleet" { assert = "ecs.self.tasks.max <= 50 and ecs.hidden.cost.per_hour < $5 and metric.db_cpu.max < 90%" }
}

# Without an endpoint: no flow runs on it.
service "hidden" {
  ecs {
    cluster = "beta"
    service = "hidden"
  }
  requirement {
    users = 10
    unit  = "calls"
  }
}

fleet {
  cluster  = ["beta", "prod"]
  region   = "us-east-1"
  exempt   = { migrations = "runs once a release" }
  simulate = "account.json"
}

budget "monthly" {
  limit    = 2500
  alert_at = ["20%", "40%", "80%"]
  notify   = ["ops@example.com", "arn:aws:sns:us-east-1:123456789012:alerts"]
  account  = "123456789012"
  name     = "beta-monthly"
  adopt    = true
}

dashboard "beta" {
  services = [service.sim]
  name     = "beta-fleet"
  adopt    = true
}

data "words" {
  json = "words.json"
}

data "rows" {
  rows  = [{ n = 1, ok = true }, { n = 2, ok = false }]
  order = "unique"
}

flow "all" {
  description = "every step"
  http "post" {
    post         = "/items/{{ user }}?a=${local.minute}"
    headers      = { X-Id = "{{ uuid() }}", X-Static = "a\"b" }
    query        = { q = "{{ data.words.word }}" }
    json         = { z = 1.50, a = [true, null, "{{ iteration }}"], o = { lone = "{{ user }}", text = "n{{ user }}" }, v = local.shapes }
    content_type = "application/vnd.api+json"
    timeout      = "2s"
    redirects    = 0
    check        = "status == 201"
    save         = { id = "json.id", secret = "json.secret" }
    sensitive    = ["secret"]
    when         = "user > ${1 + 1} && iteration == 0"
    on_error     = "continue"
    auth { bearer = "{{ user }}" }
  }
  http "get" { get = "/" }
  http "put" {
    put  = "/"
    form = { a = "{{ id }}" }
  }
  http "patch" {
    patch = "/"
    body  = <<-EOT
      one \{{ two }} %%{ three }
        {{ id }}
    EOT
  }
  http "delete" {
    delete = "/"
    file   = "words.json"
  }
  http "head" { head = "/" }
  think {
    fixed = "1s"
    when  = "true"
  }
  think { between = ["1s", "2s"] }
  think { normal = { mean = "5s", deviation = "2s", min = "1s", max = "15s" } }
  think "named" { exponential = { mean = "5s" } }
  websocket "ws" {
    path         = "/ws/{{ id }}"
    headers      = { X = "y" }
    query        = { a = "b" }
    subprotocols = ["a", "b"]
    deflate      = true
    timeout      = "3s"
    check        = ["status == 101"]
    save         = { proto = "header['sec-websocket-protocol'] ?? ''" }
    sensitive    = []
    when         = "true"
    on_error     = "stop"
    send { text = "hi {{ proto }}" }
    send { binary = "AAEC" }
    send "j" {
      json = { a = 1 }
      when = "true"
    }
    receive "r" {
      until     = "json.done"
      timeout   = "4s"
      check     = "len(message) > 0"
      save      = { got = "json.x" }
      sensitive = ["got"]
      when      = "true"
      on_error  = "continue"
    }
    ping { when = "true" }
    close {
      code   = 1001
      reason = "bye {{ user }}"
      when   = "true"
    }
  }
  repeat {
    times = 2
    while = "iteration < 5"
    for   = "1m"
    each  = data.rows
    when  = "true"
    http "row" { get = "/{{ data.rows.n }}" }
  }
  choose {
    when = "true"
    option "a" {
      weight = 3
      think { fixed = "1s" }
    }
    option "b" {
      think { fixed = "2s" }
    }
  }
  set {
    values    = { page = "1", id = "id + 1" }
    sensitive = ["page"]
    when      = "true"
  }
  check {
    assert   = ["page > 0"]
    when     = "true"
    on_error = "continue"
  }
  measure "size" {
    value = "page * 2"
    unit  = "bytes"
    when  = "true"
  }
  group "g" {
    when = "true"
    think { fixed = "1s" }
  }
}

flow "listen" {
  http "events" {
    get   = "/sse"
    check = "header['content-type'] startsWith 'text/event-stream' and status == 200 and elapsed < 5s"
    save  = { kind = "header['content-type']" }
    stream {
      until     = "event == 'done'"
      timeout   = "1m"
      check     = "json.error == nil"
      save      = { last = "message" }
      sensitive = ["last"]
    }
  }
  http "chunks" {
    get = "/chunks"
    stream { raw = true }
  }
}

flow "prepare" {
  http "token" {
    get  = "/token"
    save = { token = "json.token" }
  }
}

baseline "closed" {
  for_each    = service.web
  description = "all regions"
  service     = each.value
  flow        = flow.with_token
  before      = flow.prepare
  after       = [stress.limit, flow.prepare]
  users       = service.web[each.key].requirement.users
  duration    = "10m"
  pause       = "1m"
  ramp        = "0s"
  warm_up     = "30s"
  grace       = "5s"
  retry       = "2s"
  pace        = "30s"
  reconnect   = true
  ready {
    path    = "/health"
    expect  = "status == 204"
    timeout = "1m"
  }
}

baseline "open" {
  service     = service.sim
  rate        = "60/m"
  requests    = 100
  connections = "fresh"
  arrivals    = "poisson"
  max_users   = 50
  patience    = "1s"
  mix "all" { weight = 3 }
  mix "prepare" {}
}

baseline "sessions" {
  service  = service.sim
  flow     = flow.prepare
  users    = 1
  sessions = 10
}

stress "limit" {
  service   = service.sim
  flow      = flow.prepare
  users     = local.shapes.small
  confirm   = false
  stop_when = "error_rate > 5%"
}

spike "open" {
  service = service.sim
  flow    = flow.prepare
  rate    = { base = "5/s", peak = "50/s", before = "30s", rise = "10s", hold = "1m", settle = "2m" }
}

endurance "long" {
  service  = service.sim
  flow     = flow.all
  users    = 2
  duration = "10m"
}

capacity "sockets" {
  description = "how many"
  service     = service.sim
  path        = "/ws/{{ token }}"
  headers     = { Authorization = "Bearer {{ token }}", X-Word = "{{ data.words.word }}" }
  before      = flow.prepare
  after       = [baseline.sessions, flow.prepare]
  protocol    = "websocket"
  levels      = ["10", 25, env("NUM_SESSIONS", 50)]
  success     = "95%"
  timeout     = "30s"
  pause       = "10s"
  hold        = "1m"
  fresh       = false
  refine      = "0%"
  safety      = "70%"
  rate        = "500/s"
  grace       = "5s"
  retry       = "2s"
  ready { path = "/health" }
  sla "launch" { assert = "capacity.tasks(10000, 1.2) <= 107 and phase['25'].connections.lost == 0" }
}

capacity "streams" {
  service  = service.sim
  flow     = flow.listen
  protocol = "stream"
  levels   = "aws"
  timeout  = "20s"
}

sla "ok" {
  description = "for all"
  assert      = "error_rate < ${local.percent}"
  window      = "10s"
  abort       = "run"
  phases      = ["steady"]
}
