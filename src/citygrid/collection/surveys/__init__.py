"""Special surveys, components in the field, the question at a border and its precedents."""
