package plan

import (
	"time"

	"github.com/hashicorp/hcl/v2"

	"plimsoll/dsl/fact"
)

// Service is something under test.
type Service struct {
	Name        string
	Key         string // of for_each, "" without
	Environment string // its own, else the plan's
	Endpoint    string // scheme://host[:port][/base]; "" with Simulate, whose address comes at run time, or where no flow runs
	Headers     []Field
	Auth        *Auth
	TLS         TLS
	Timeout     time.Duration // of one operation, default 30 s
	Connect     time.Duration // of dialling and of the TLS handshake, default 10 s
	DNS         time.Duration // names are resolved again at most this often, default 30 s
	MaxAge      time.Duration // of a connection, ± 20 %, default 60 s; 0: unbounded
	BodyLimit   int64         // bytes of a body that is read, default 10 MB
	HTTP2       bool          // exchanges speak HTTP/2
	Sources     []string      // addresses that connections leave from, in turn, or SourceAuto alone; empty: the system's choice
	AllowHosts  []string      // redirects may leave the service's own host for these
	Requirement *Requirement
	SLAs        []SLA
	ECS         *ECS     // nil: nothing of AWS is known of it
	Desired     *Desired // nil: nothing is managed
	Metrics     []Metric // facts from CloudWatch
	Guard       *Guard
	Mirror      *Service // the service that its ECS settings should be like
	Simulate    *Simulate
	Range       hcl.Range
}

// SourceAuto among a service's sources stands for every address of this machine that reaches the service.
const SourceAuto = "auto"

// Title is the name as people read it: web, or web["eu"] under for_each.
func (s *Service) Title() string { return fact.Title(s.Name, s.Key) }

// Auth is what every request of a service carries; either User and Password, or Bearer.
type Auth struct {
	User, Password, Bearer Text
}

// TLS holds PEM text, already read from the files that the plan names.
type TLS struct {
	CA, Cert, Key      string
	ServerName         string
	InsecureSkipVerify bool
	Resume             bool // sessions are resumed; without, every handshake is a full one
	Range              hcl.Range
}

// Simulate replaces a service's endpoint by a simulated one; runner/sim says what each value means.
type Simulate struct {
	Tasks, Slots       int
	ServiceTime        time.Duration // mean, wall time
	Sigma              float64       // 0: fixed, else the shape of a lognormal
	Queue, Connections int
	StartTime          time.Duration // plan time
	OnFull             string        // "503", "slow" or "reset"
	Errors             float64       // share 0..1
	Parts              int
	PartGap            time.Duration
	Speed              float64 // >= 1
	Range              hcl.Range
}

// Data is a table of rows that sessions draw from.
type Data struct {
	Name    string
	Columns []string
	Rows    [][]string
	Order   Order
	Range   hcl.Range
}

// Order is how rows are handed out.
type Order uint8

// Shared hands out rows in turn over all sessions, Unique each row once, Random by the seed.
const (
	Shared Order = iota
	Unique
	Random
)
