/* Nobody calls it by name: it takes the place of the C library's functions. */
