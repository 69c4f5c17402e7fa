package fake

import "errors"

var errConnReset = errors.New("connection reset by peer") // which Plan 9 has no number for
