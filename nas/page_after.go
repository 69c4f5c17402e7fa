package nas

// pageAfter returns the number of the page after one, or 0 after the last. The
// answer's word counts: it says which page it is and how long pages are, should
// the service have given another one than asked for.
func pageAfter(items, number, size, total int) int {
	if items == 0 || total > 0 && number > (total-1)/size { // their product may be beyond an int
		return 0
	}
	return number + 1
}
