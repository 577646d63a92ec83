"""Forms of tasks: form-js documents compiled once, answers checked on the server.

`document.compile` turns a stored form-js JSON document into a `form.Form` or refuses
it with every reason; `answers.validate` turns what a person typed into values or names
each wrong field. What a component accepts and shows lives in one file of `types`.
"""
