Attribute VB_Name = "Genjin"
' The buttons of Genjin. Generated from macros/actions.py by "python -m macros.vba": change that list, not this text.
'
' Excel hands a press to Python through RunPython of xlwings. LibreOffice Basic knows no conditional compilation: it skips
' every line that begins with # and runs what stands between them, so "#If False Then" is what only LibreOffice runs.
' What a person reads stands on the hidden sheet xlwings.conf, for it is Chinese.

#If False Then
Private acceptor As Object  ' LibreOffice listens on the pipe as long as this lives
Private pipe As String
#End If

Public Sub Genjin_all()
    Press "all"
End Sub

Public Sub Genjin_due()
    Press "due"
End Sub

Public Sub Genjin_lists()
    Press "lists"
End Sub

Public Sub Genjin_calendar()
    Press "calendar"
End Sub

Public Sub Genjin_grade()
    Press "grade"
End Sub

Public Sub Genjin_validate()
    Press "validate"
End Sub

Public Sub Genjin_match()
    Press "match"
End Sub

Public Sub Genjin_match_selected()
    Press "match_selected"
End Sub

Public Sub Genjin_reverse()
    Press "reverse"
End Sub

Public Sub Genjin_messages()
    Press "messages"
End Sub

Public Sub Genjin_messages_selected()
    Press "messages_selected"
End Sub

Public Sub Genjin_proposal()
    Press "proposal"
End Sub

Public Sub Genjin_portrait()
    Press "portrait"
End Sub

Public Sub Genjin_contract()
    Press "contract"
End Sub

Public Sub Genjin_mail()
    Press "mail"
End Sub

Public Sub Genjin_viewings()
    Press "viewings"
End Sub

Public Sub Genjin_deals()
    Press "deals"
End Sub

Public Sub Genjin_commission()
    Press "commission"
End Sub

Public Sub Genjin_pool()
    Press "pool"
End Sub

Public Sub Genjin_duplicates()
    Press "duplicates"
End Sub

Public Sub Genjin_merge()
    Press "merge"
End Sub

Public Sub Genjin_import()
    Press "import"
End Sub

Public Sub Genjin_client()
    Press "client"
End Sub

Public Sub Genjin_contact()
    Press "contact"
End Sub

Public Sub Genjin_report()
    Press "report"
End Sub

Public Sub Genjin_month()
    Press "month"
End Sub

Public Sub Genjin_reports()
    Press "reports"
End Sub

Public Sub Genjin_make_report()
    Press "make_report"
End Sub

Public Sub Genjin_handover()
    Press "handover"
End Sub

Public Sub Genjin_whatif()
    Press "whatif"
End Sub

Public Sub Genjin_backtest()
    Press "backtest"
End Sub

Public Sub Genjin_awards()
    Press "awards"
End Sub

Public Sub Genjin_undo()
    Press "undo"
End Sub

Public Sub Genjin_save_client()
    Press "save_client"
End Sub

Public Sub Genjin_clear_client()
    Press "clear_client"
End Sub

Public Sub Genjin_save_contact()
    Press "save_contact"
End Sub

Public Sub Genjin_clear_contact()
    Press "clear_contact"
End Sub

Public Sub Genjin_apply()
    Press "apply"
End Sub

Public Sub Genjin_discard()
    Press "discard"
End Sub

Public Sub GenjinRibbon(control As Object)
    ' Every button of the ribbon; its id is the name of the button behind "genjin_".
    Press Mid$(control.ID, 8)
End Sub

Private Sub Press(button As String)
    Dim argument As String
    If Picks(button) Then
        argument = HexOf(PickedFile())
        If argument = "" Then Exit Sub
    End If
    #If False Then
        PressInLibreOffice button, argument
        Exit Sub
    #End If
    If Not PythonIsKnown() Then
        MsgBox Words("GENJIN NO PYTHON"), 48, "Genjin"
        Exit Sub
    End If
    If argument = "" Then
        RunPython "from macros.button import press; press('" & button & "')"
    Else
        RunPython "from macros.button import press; press('" & button & "', '" & argument & "')"
    End If
End Sub

Private Function Picks(button As String) As Boolean
    ' Tells whether the button asks for a file first.
    Select Case button
        Case "import"
            Picks = True
    End Select
End Function

Private Function PythonIsKnown() As Boolean
    Dim python As String
    #If Mac Then
        PythonIsKnown = (GetConfig("INTERPRETER_MAC") <> "")  ' the sandbox hides the file itself
    #Else
        python = GetConfig("INTERPRETER_WIN")
        If python <> "" Then PythonIsKnown = FileExists(python)
    #End If
End Function

Private Function PickedFile() As String
    ' Returns the path of a file that the person picks, "" if none.
    Dim found As Variant
    #If False Then
        PickedFile = PickedInLibreOffice()
        Exit Function
    #End If
    #If Mac Then
        found = Application.GetOpenFilename()
    #Else
        found = Application.GetOpenFilename(Words("GENJIN FILES") & "," & Words("GENJIN PATTERNS"), 1, Words("GENJIN PICK"))
    #End If
    If VarType(found) = 8 Then PickedFile = found  ' False if cancelled
End Function

Private Function HexOf(text As String) As String
    ' Returns the text's UTF-16 units, four digits each: no shell and no code page on the way can change them.
    Dim i As Integer
    Dim unit As Long
    For i = 1 To Len(text)
        unit = AscW(Mid$(text, i, 1))
        If unit < 0 Then unit = unit + 65536
        HexOf = HexOf & Right$("000" & Hex$(unit), 4)
    Next i
End Function

Private Function Words(key As String) As String
    ' Returns what stands beside the key on the sheet xlwings.conf.
    Dim row As Integer
    For row = 1 To 40
        If ThisWorkbook.Sheets("xlwings.conf").Cells(row, 1).Value = key Then
            Words = ThisWorkbook.Sheets("xlwings.conf").Cells(row, 2).Value
            Exit Function
        End If
    Next row
End Function

#If False Then
Private Sub PressInLibreOffice(button As String, argument As String)
    Dim python As String
    Dim command As String
    python = PythonInLibreOffice()
    If python = "" Then
        MsgBox Words("GENJIN NO PYTHON"), 48, "Genjin"
        Exit Sub
    End If
    Listen
    command = Quoted(python) & " -I -m macros.button " & button & " --pipe " & pipe & " --url " & Quoted(ThisComponent.URL)
    If argument <> "" Then command = command & " --argument " & argument
    Shell command, 0, "", False
End Sub

Private Sub Listen()
    ' Opens the pipe over which Python reaches this LibreOffice, once.
    If Not (acceptor Is Nothing) Then Exit Sub
    Randomize
    pipe = "genjin" & CLng(Timer * 100) & "x" & CLng(Rnd * 1000000000)
    Set acceptor = CreateUnoService("com.sun.star.office.Acceptor")
    acceptor.initialize(Array("pipe,name=" & pipe & ";urp;", True))
End Sub

Private Function PythonInLibreOffice() As String
    ' Returns the interpreter that "genjin install" noted in the person's folder, "" where there is none.
    Dim files As Object
    Dim reader As Object
    Dim note As String
    Dim python As String
    note = NoteOfPython()
    Set files = CreateUnoService("com.sun.star.ucb.SimpleFileAccess")
    If Not files.exists(note) Then Exit Function
    Set reader = CreateUnoService("com.sun.star.io.TextInputStream")
    reader.setInputStream(files.openFileRead(note))
    reader.setEncoding("UTF-8")
    If Not reader.isEOF() Then python = reader.readLine()
    reader.closeInput()
    python = Trim(Replace(Replace(python, Chr(13), ""), Chr(10), ""))  ' a last line keeps its end
    If python = "" Then Exit Function
    If files.exists(ConvertToURL(python)) Then PythonInLibreOffice = python
End Function

Private Function NoteOfPython() As String
    ' Returns the URL of the file that names the interpreter.
    Dim folder As String
    folder = Environ("GENJIN_HOME")
    If folder <> "" Then
        NoteOfPython = ConvertToURL(folder) & "/python"
        Exit Function
    End If
    folder = Environ("USERPROFILE")
    If folder = "" Then folder = Environ("HOME")
    NoteOfPython = ConvertToURL(folder) & "/.genjin/python"
End Function

Private Function PickedInLibreOffice() As String
    Dim picker As Object
    Dim found As Variant
    Set picker = CreateUnoService("com.sun.star.ui.dialogs.FilePicker")
    picker.setTitle(Words("GENJIN PICK"))
    picker.appendFilter(Words("GENJIN FILES"), Words("GENJIN PATTERNS"))
    If picker.execute() <> 1 Then Exit Function
    found = picker.getFiles()
    PickedInLibreOffice = ConvertFromURL(found(0))
End Function

Private Function Quoted(text As String) As String
    Quoted = Chr(34) & text & Chr(34)
End Function
#End If
