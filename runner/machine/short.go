package machine

import (
	"fmt"
	"strconv"
	"strings"
)

// Short is the report in one line, for the head of a run:
//
//	this machine: 2 CPUs, 20,000 descriptors, 28,232 ports per address: about 19,900 connections (descriptors), 250,000 requests/s
func (r Report) Short() string {
	where := "this machine"
	if r.Task != nil {
		where = "this task"
	}
	has := []string{cpus(r.CPU.Usable)}
	if r.Descriptors.Hard > 0 {
		has = append(has, Thousands(int64(min(r.Descriptors.Hard, noLimit)))+" descriptors")
	}
	if r.Network.Ports > 0 {
		has = append(has, Thousands(int64(r.Network.Ports))+" ports per address")
	}
	return fmt.Sprintf("%s: %s: about %s, %s requests/s", where, strings.Join(has, ", "), r.held(), Thousands(rough(r.Rates().Requests)))
}

// held says how many connections, and what limits them.
func (r Report) held() string {
	plain, plainBy := r.Carries(Plain)
	secure, secureBy := r.Carries(TLS)
	switch {
	case plainBy == "":
		return "an unknown number of connections"
	case plain == secure:
		return fmt.Sprintf("%s connections (%s)", Thousands(rough(plain)), plainBy)
	case plainBy == secureBy:
		return fmt.Sprintf("%s plain or %s TLS connections (%s)", Thousands(rough(plain)), Thousands(rough(secure)), plainBy)
	}
	return fmt.Sprintf("%s plain (%s) or %s TLS connections (%s)", Thousands(rough(plain)), plainBy, Thousands(rough(secure)), secureBy)
}

// cpus shows a number of CPUs: 1 CPU, 0.25 CPUs.
func cpus(n float64) string {
	if n == 1 {
		return "1 CPU"
	}
	return decimal(n) + " CPUs"
}

// rough keeps three digits of an estimate.
func rough(n int64) int64 {
	unit := int64(1)
	for n/unit >= 1000 {
		unit *= 10
	}
	return (n + unit/2) / unit * unit
}

// Thousands shows a whole number with separators: 28,232.
func Thousands(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "," + digits[at:]
	}
	return sign + digits
}

// Bytes shows an amount of memory in the binary units that ECS and Docker count in: 512 MiB, 3.8 GiB.
func Bytes(n uint64) string {
	v, unit := float64(n)/(1<<20), " MiB"
	if v >= 1024 {
		v, unit = v/1024, " GiB"
	}
	if v >= 1024 {
		v, unit = v/1024, " TiB"
	}
	if v < 10 {
		return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0") + unit
	}
	return strconv.FormatFloat(v, 'f', 0, 64) + unit
}
