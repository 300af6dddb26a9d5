"""The studio: a page in the browser that shows a pretend house and every stage of every turn.

gate      who may come in: this machine's own browser with the token
server    the page, its files and the WebSocket; the only place that knows starlette
orders    what a page asks for          pages     the browsers that watch
keeper    the one thread that owns the house and the speaker
views     the house, the lists and the lessons as JSON
strips    a turn as JSON                trace     what its sound was made of
relevance what the situation said       saving    a turn as a scenario
page/     HTML, CSS and JavaScript modules, as they are served
"""
