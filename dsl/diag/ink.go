package diag

// Ink colours text for a terminal; false leaves it as it is.
type Ink bool

// The colours are the terminal's own, so that they suit its background.

// Bold is for what is read first.
func (i Ink) Bold(s string) string { return i.paint("1", s) }

// Dim is for what is read last.
func (i Ink) Dim(s string) string { return i.paint("2", s) }

// Red is for what is bad.
func (i Ink) Red(s string) string { return i.paint("1;31", s) }

// Green is for what is good.
func (i Ink) Green(s string) string { return i.paint("1;32", s) }

// Yellow is for what is not known, and for warnings.
func (i Ink) Yellow(s string) string { return i.paint("1;33", s) }

func (i Ink) paint(code, s string) string {
	if !i || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
