# The six services. What is absent from `desired` is not managed, and what is absent from the plan is never deleted.

service "web" {
  # In place of an endpoint: one task works on four requests at once, 100 a second. Sixty times faster than the clock on
  # the wall, the simulated AWS asks how busy it is, and says how many tasks it has.
  simulate {
    tasks        = 1
    slots        = 4
    service_time = { mean = "40ms", sigma = 0.3 }
    queue        = 500
    start_time   = "60s"
    speed        = 60
  }

  ecs {
    cluster = local.cluster
    service = "web"
    region  = local.region
    account = local.account
    adopt   = true # its alarms were made by hand: they may be overwritten
  }

  requirement {
    users        = 10
    peak_users   = 60
    think        = "200ms"
    peak_hours   = "Mon-Fri 17:00-20:00 UTC"
    source       = "launch plan, page 4"
    agreed_by    = local.agreed.by
    agreed_on    = local.agreed.on
    review_after = local.agreed.again
  }

  desired {
    cpu                = 1024 # 1 vCPU, half of what it had
    memory             = 2048
    nofile             = 65536
    tasks              = { min = 1, max = 50 }
    cooldown           = { out = "0s", in = "600s" } # 0s is not at once: the alarm still takes three minutes
    container_insights = true                        # counts tasks, for the alarms below; of the whole cluster, and billed

    track "cpu" { target = "65%" }
    track "memory" { target = "70%" }

    # CPU and memory are percentages, counts are numbers. Without more: 3 periods of 60 s, 1 for the counts of tasks.
    alarm "high-cpu" {
      metric = "CPUUtilization"
      above  = "85%"
    }
    alarm "high-memory" {
      metric = "MemoryUtilization"
      above  = "85%"
    }
    alarm "task-spike" {
      metric = "RunningTaskCount"
      above  = 10
    }
    alarm "errors" {
      metric = "HTTPCode_Target_5XX_Count"
      above  = 50
      for    = 2
    }

    # A rule of ours in a web ACL that is there already. It counts first; `block` when the figures are trusted.
    throttle {
      web_acl = "edge"
      rate    = 100000
      window  = "300s"
      per     = "ip"
      action  = "count"
    }
  }

  # On the timeline of every run, and a fact: metric.db_cpu.max.
  metric "db_cpu" {
    name       = "CPUUtilization"
    namespace  = "AWS/RDS"
    dimensions = { DBInstanceIdentifier = "beta-db" }
    unit       = "percent"
  }

  # Ends the load before it costs too much.
  guard {
    max_tasks = 20
    max_cost  = 5
  }

  sla "responsive" { assert = "latency.p95 < 800ms and error_rate < 1%" }
}

# Background jobs: nothing calls it, so it has no endpoint. It is reviewed, adjusted and watched like the others.
service "queue" {
  ecs {
    cluster = local.cluster
    service = "queue"
    region  = local.region
    account = local.account
  }

  requirement {
    unit         = "jobs at once" # no users: judged from metrics, and shown as unproven
    users        = 10
    peak_users   = 200
    source       = "measured in October"
    agreed_by    = local.agreed.by
    agreed_on    = local.agreed.on
    review_after = local.agreed.again
  }

  desired {
    cpu      = 256
    memory   = 512
    tasks    = { min = 1, max = 20 }
    cooldown = { out = "0s", in = "600s" }
    track "cpu" { target = "70%" }
    track "memory" { target = "70%" }
  }
}

service "sockets" {
  endpoint = "wss://sockets.beta.example.com"

  ecs {
    cluster = local.cluster
    service = "sockets"
    region  = local.region
    account = local.account
  }

  requirement {
    connections      = 2000
    peak_connections = 10000
    think            = "90s" # longer than the load balancer's idle timeout: it will cut them
    source           = "launch plan, page 4"
    agreed_by        = local.agreed.by
    agreed_on        = local.agreed.on
    review_after     = local.agreed.again
  }

  desired {
    cpu      = 256
    memory   = 512
    nofile   = 65536
    tasks    = { min = 2, max = 20 }
    cooldown = { out = "0s", in = "600s" }
    track "cpu" { target = "60%" }
    track "memory" { target = "60%" }
    track "connections" { target = 500 } # active at the load balancer, per running task
  }
}

service "gateway" {
  endpoint = "https://gateway.beta.example.com"

  ecs {
    cluster = local.cluster
    service = "gateway"
    region  = local.region
    account = local.account
    adopt   = true
  }

  requirement {
    rate         = "50/s"
    peak_rate    = "400/s"
    source       = "launch plan, page 5"
    agreed_by    = local.agreed.by
    agreed_on    = local.agreed.on
    review_after = local.agreed.again
  }

  desired {
    cpu                = 512
    memory             = 1024
    nofile             = 65536
    tasks              = { min = 1, max = 50 }
    cooldown           = { out = "0s", in = "600s" }
    container_insights = true

    track "cpu" { # 20 s metrics: from load to a serving task in about 2 min instead of 6
      target          = "65%"
      high_resolution = true
    }
    track "memory" { target = "70%" }
    track "requests" { target = 3000 } # per target and minute

    alarm "high-cpu" {
      metric = "CPUUtilization"
      above  = "80%"
    }
    alarm "high-memory" {
      metric = "MemoryUtilization"
      above  = "75%"
    }
    alarm "task-spike" {
      metric = "RunningTaskCount"
      above  = 10
    }
  }
}

service "agent" {
  endpoint = "https://agent.beta.example.com"

  ecs {
    cluster = local.cluster
    service = "agent"
    region  = local.region
    account = local.account
  }

  requirement {
    users        = 50
    peak_users   = 300
    think        = "20s"
    source       = "launch plan, page 6"
    agreed_by    = local.agreed.by
    agreed_on    = local.agreed.on
    review_after = local.agreed.again
  }

  desired {
    cpu      = 256
    memory   = 1024
    tasks    = { min = 1, max = 30 }
    cooldown = { out = "0s", in = "600s" }
    track "cpu" { target = "70%" }
    track "memory" { target = "70%" }
  }
}

service "voice" {
  endpoint = "https://voice.beta.example.com"

  ecs {
    cluster = local.cluster
    service = "voice"
    region  = local.region
    account = local.account
    adopt   = true
  }

  requirement {
    unit         = "calls"
    users        = 20
    peak_users   = 500
    peak_hours   = "Mon-Fri 09:00-11:00 UTC"
    source       = "launch plan, page 7"
    agreed_by    = local.agreed.by
    agreed_on    = local.agreed.on
    review_after = local.agreed.again
  }

  desired {
    cpu                = 2048
    memory             = 5120
    tasks              = { min = 1, max = 50 }
    cooldown           = { out = "0s", in = "600s" }
    container_insights = true

    track "cpu" { target = "60%" }
    track "memory" { target = "65%" }

    # Ahead of what is known to come. Bounds that are left out stay.
    scheduled "morning" {
      schedule = "cron(45 8 ? * MON-FRI *)"
      timezone = "UTC"
      min      = 2
    }
    scheduled "noon" {
      schedule = "cron(0 11 ? * MON-FRI *)"
      min      = 1
    }

    alarm "high-memory" {
      metric = "MemoryUtilization"
      above  = "80%"
    }
    alarm "task-spike" {
      metric = "RunningTaskCount"
      above  = 10
    }
  }
}
