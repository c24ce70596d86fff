package fact

// String is the dimension as a table needs it: time, ratio.
func (d Dimension) String() string {
	return [...]string{"count", "time", "ratio", "bytes", "rate", "money", "bool", "text"}[d]
}

// Noun is the dimension as a sentence needs it: a time, a ratio.
func (d Dimension) Noun() string {
	return [...]string{"a count", "a time", "a ratio", "an amount of bytes", "a rate", "an amount of money", "true or false", "a text"}[d]
}

// Unit says what a value of the dimension is written with, for a reference; "" where nothing is.
func (d Dimension) Unit() string {
	return [...]string{"", "ns us ms s m h", "%", "B KB MB GB KiB MiB GiB", "/s", "$", "", ""}[d]
}
