package aws

import (
	"fmt"
	"time"
)

// A MetricHistory is what CloudWatch already has of a metric: values of consecutive periods.
type MetricHistory struct {
	Metric
	Start  Time      `json:"Start,omitzero"`   // of the first period; zero: the last one ends when the server starts
	Period int       `json:"Period,omitempty"` // seconds, a multiple of 20; 0 means 60
	Values []float64 `json:"Values"`           // oldest first
}

func (m *model) settleMetric(h *MetricHistory) error {
	byDefault(&h.Period, 60)
	period := time.Duration(h.Period) * time.Second
	if h.Period < 0 || h.Period > longestPeriod || period%sampleEvery != 0 || len(h.Values) > mostPoints {
		return fmt.Errorf("metric %s: the period must be a multiple of 20 s, of %d values at most", h.MetricName, mostPoints)
	}
	if h.Start.IsZero() {
		h.Start = Time{m.now.Truncate(period).Add(-period * time.Duration(len(h.Values)))}
	}
	for i, value := range h.Values {
		m.publish(h.Metric, single(h.Start.Add(period*time.Duration(i)), value))
	}
	return nil
}
