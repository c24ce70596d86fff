package cloud

import (
	"testing"
	"time"
)

// processTime is not asked for here.
func processTime(*testing.B) time.Duration { return 0 }
