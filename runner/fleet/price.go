package fleet

import (
	"bytes"
	_ "embed" // prices.json
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Prices are what Fargate and its surroundings cost, by region.
type Prices struct {
	Date    time.Time       `json:"date"` // when they were taken
	Regions map[string]Rate `json:"regions"`
}

// Rate is the price list of one region: USD an hour, Linux, on demand.
type Rate struct {
	VCPU    float64 `json:"vcpu"` // a vCPU
	GB      float64 `json:"gb"`   // a GB of memory
	ARMVCPU float64 `json:"arm_vcpu"`
	ARMGB   float64 `json:"arm_gb"`
}

// HoursPerMonth is what monthly costs are reckoned with, as AWS's own calculator does.
const HoursPerMonth = 730

// Task is what a running task costs an hour, in USD, with CPU units and MiB; false where the region has no price here.
func (p Prices) Task(region string, cpu, memory int, arm bool) (float64, bool) {
	r, ok := p.Regions[region]
	if arm {
		r.VCPU, r.GB = r.ARMVCPU, r.ARMGB
	}
	return float64(cpu)/1024*r.VCPU + float64(memory)/1024*r.GB, ok && r.VCPU > 0
}

// embedded is as https://aws.amazon.com/fargate/pricing/ had it. Regions whose price no such page was seen for are left out:
// they are unpriced until a file or the Price List API gives them.
//
//go:embed prices.json
var embedded []byte

// EmbeddedPrices are the prices that the program brings along.
func EmbeddedPrices() Prices {
	p, err := ParsePrices(embedded)
	if err != nil {
		panic("prices.json: " + err.Error())
	}
	return p
}

// ParsePrices reads prices from JSON of the form of prices.json: a date, and USD an hour by region. Unknown names and prices
// below nothing are errors.
func ParsePrices(text []byte) (Prices, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var p Prices
	if err := decoder.Decode(&p); err != nil {
		return Prices{}, fmt.Errorf("read prices: %w; they look like %s", err, bytes.Join(bytes.Fields(embedded), []byte(" ")))
	}
	for region, r := range p.Regions {
		if min(r.VCPU, r.GB, r.ARMVCPU, r.ARMGB) < 0 {
			return Prices{}, fmt.Errorf("read prices: a price of %s is below 0", region)
		}
	}
	return p, nil
}

// Override returns the prices with those of the other in front, region by region. Its date is the older of both where
// regions of both remain, so that nothing looks newer than it is.
func (p Prices) Override(other Prices) Prices {
	if len(other.Regions) == 0 {
		return p
	}
	all := Prices{Date: other.Date, Regions: maps.Clone(other.Regions)}
	for region, r := range p.Regions {
		if _, ok := all.Regions[region]; ok {
			continue
		}
		all.Regions[region] = r
		if p.Date.Before(all.Date) {
			all.Date = p.Date
		}
	}
	return all
}
