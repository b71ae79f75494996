"""The annexes, one module each: figures of one month in, a specification out."""
