package expr_test

import (
	"testing"

	"plimsoll/dsl/expr"
)

func BenchmarkCompile(b *testing.B) {
	e, v := environment(), vocabulary("")
	b.Run("assertion", func(b *testing.B) {
		for b.Loop() {
			v.Compile("step.ask.login.latency.p95 < 800ms and error_rate < 1%")
		}
	})
	for _, source := range []string{"status == 200", "json.items[0].id == 3 and header['content-type'] contains 'json'"} {
		b.Run(source, func(b *testing.B) {
			for b.Loop() {
				e.Condition(source, expr.AfterExchange)
			}
		})
	}
	b.Run("environment", func(b *testing.B) {
		for b.Loop() {
			environment()
		}
	})
}

func BenchmarkHolds(b *testing.B) {
	for _, source := range []string{"status == 200", "status < 500 and elapsed < 500ms", "json.session != ''"} {
		b.Run(source, func(b *testing.B) {
			p, _ := environment().Condition(source, expr.AfterExchange)
			s := scope()
			b.ReportAllocs()
			for b.Loop() {
				_, _ = p.Holds(s)
			}
		})
	}
}

func BenchmarkJudge(b *testing.B) {
	a, _ := vocabulary("").Compile("latency.p95 < 800ms and error_rate < 1%")
	b.ReportAllocs()
	for b.Loop() {
		a.Judge(known{})
	}
}
