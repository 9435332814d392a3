"""The cube by one plain SQL statement, on whatever engine holds the answers: a file each, beside the statement itself."""
